from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shipping", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="pickupplace",
            name="successor",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Another open place in the same state. Their buyers get a mail with its address.",
                max_length=30,
                verbose_name="orders that wait here go to",
            ),
        )
    ]
