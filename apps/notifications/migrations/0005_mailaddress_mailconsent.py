import apps.common.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0004_sentmail_add_secret'),
    ]

    operations = [
        migrations.CreateModel(
            name='MailAddress',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('bounced_at', models.DateTimeField(blank=True, help_text='Only mails about orders, accounts and requests are still tried.', null=True, verbose_name='does not exist since')),
                ('bounce_reason', models.CharField(blank=True, default='', max_length=300)),
                ('soft_bounces', models.PositiveIntegerField(default=0, help_text='Refused for a time, such as by a full mailbox.')),
                ('last_refused_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'address of mails',
                'verbose_name_plural': 'addresses of mails',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='MailConsent',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254)),
                ('kind', models.CharField(max_length=40)),
                ('is_on', models.BooleanField(verbose_name='wanted')),
                ('opted_in_at', models.DateTimeField(blank=True, null=True, verbose_name='agreed')),
                ('opted_in_source', models.CharField(blank=True, default='', max_length=60)),
                ('opted_in_words', models.TextField(blank=True, default='', help_text='The words to which the person agreed.')),
                ('opted_out_at', models.DateTimeField(blank=True, null=True, verbose_name='refused')),
                ('opted_out_source', models.CharField(blank=True, default='', max_length=60)),
            ],
            options={
                'verbose_name': 'wish about mails',
                'verbose_name_plural': 'wishes about mails',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(fields=('email', 'kind'), name='mailconsent_once')],
            },
        ),
    ]
