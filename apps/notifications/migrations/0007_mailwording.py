import apps.common.clock
import apps.common.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0006_guard_wishes'),
    ]

    operations = [
        migrations.CreateModel(
            name='MailWording',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('mail', models.CharField(max_length=60)),
                ('language', models.CharField(max_length=16)),
                ('number', models.PositiveIntegerField()),
                ('subject', models.CharField(blank=True, default='', max_length=500)),
                ('preheader', models.CharField(blank=True, default='', max_length=500)),
                ('heading', models.CharField(blank=True, default='', max_length=500)),
                ('body', models.TextField(blank=True, default='')),
                ('button', models.CharField(blank=True, default='', max_length=500)),
                ('text', models.TextField(blank=True, default='')),
                ('made_by', models.CharField(max_length=254)),
                ('made_at', models.DateTimeField(default=apps.common.clock.now)),
                ('restored_from', models.PositiveIntegerField(blank=True, null=True)),
                ('problem', models.TextField(blank=True, default='')),
                ('problem_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'wording of a mail',
                'verbose_name_plural': 'wordings of mails',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(fields=('mail', 'language', 'number'), name='mailwording_number_once')],
            },
        ),
    ]
