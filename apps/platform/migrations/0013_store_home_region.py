from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("platform", "0012_store_suspension_reason")]

    operations = [
        migrations.AddField(
            model_name="store",
            name="home_region",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                max_length=10,
                verbose_name="state",
            ),
        ),
    ]
