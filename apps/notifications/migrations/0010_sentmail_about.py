from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0009_sentmail_state_bounced'),
    ]

    operations = [
        migrations.AddField(
            model_name='sentmail',
            name='about',
            field=models.CharField(blank=True, db_default='', default='', help_text='What it is about, such as order:ID: mails about one order form a thread.', max_length=60),
        ),
        migrations.AddIndex(
            model_name='sentmail',
            index=models.Index(fields=['about'], name='sentmail_about'),
        ),
    ]
