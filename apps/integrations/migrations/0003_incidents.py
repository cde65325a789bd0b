from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('integrations', '0002_guard_rows')]

    operations = [
        migrations.AddField(
            model_name='integration',
            name='is_refused',
            field=models.BooleanField(db_default=False, default=False, verbose_name='credentials refused'),
        ),
        migrations.AddField(
            model_name='integration',
            name='incident',
            field=models.CharField(
                blank=True,
                choices=[('silent', 'nothing is heard'), ('refused', 'credentials refused')],
                db_default='',
                default='',
                max_length=12,
                verbose_name='incident',
            ),
        ),
        migrations.AddField(
            model_name='integration',
            name='incident_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='incident since'),
        ),
    ]
