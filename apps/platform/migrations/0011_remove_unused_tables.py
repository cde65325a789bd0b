from django.db import migrations


class Migration(migrations.Migration):
    """Three tables that no code has ever written or read."""

    dependencies = [("platform", "0010_sandbox_job_waits_since")]

    operations = [
        migrations.DeleteModel(name="ApiUsageLog"),
        migrations.DeleteModel(name="BillingTransaction"),
        migrations.DeleteModel(name="PlatformSetting"),
    ]
