from django.db import migrations, models


class Migration(migrations.Migration):
    """A state more; the column holds it, and the index of states covers it."""

    dependencies = [('inbox', '0002_guard_rows')]

    operations = [
        migrations.AlterField(
            model_name='inboxmessage',
            name='state',
            field=models.CharField(choices=[('waiting', 'waiting'), ('done', 'handled'), ('dead', 'given up'), ('dismissed', 'dismissed')], default='waiting', max_length=10, verbose_name='state'),
        ),
    ]
