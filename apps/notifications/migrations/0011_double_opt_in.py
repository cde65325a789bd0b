import apps.common.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0010_sentmail_about'),
    ]

    operations = [
        migrations.CreateModel(
            name='MailSettings',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(default='store', editable=False, max_length=8, unique=True)),
                ('imprint', models.TextField(blank=True, default='', help_text='At the end of every mail: the company, its postal address, its register and number, where the law asks for them.', max_length=600, verbose_name='who the store is')),
                ('asks_twice', models.CharField(choices=[('country', "As is usual in the store's country"), ('always', 'Always'), ('never', 'Never')], default='country', help_text='Consent to mails that a person may refuse counts only after the link in a mail was followed. Usual in Germany and Austria.', max_length=8, verbose_name='ask by mail whether consent is meant')),
            ],
            options={
                'verbose_name': 'mail settings',
                'verbose_name_plural': 'mail settings',
            },
        ),
        migrations.AddField(
            model_name='mailconsent',
            name='asked_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='asked by mail'),
        ),
        migrations.AddField(
            model_name='mailconsent',
            name='asked_times',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='mailconsent',
            name='confirmed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='confirmed by the link in the mail'),
        ),
        migrations.AddField(
            model_name='mailconsent',
            name='erased_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='erased'),
        ),
    ]
