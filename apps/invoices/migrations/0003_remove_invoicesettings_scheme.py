from django.db import migrations


class Migration(migrations.Migration):
    """The registration of the seller is in the tax settings."""

    dependencies = [
        ('invoices', '0002_guard_rows'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='invoicesettings',
            name='scheme',
        ),
    ]
