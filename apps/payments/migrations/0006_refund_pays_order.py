from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0005_stored_value")]

    operations = [
        migrations.AddField(
            model_name="refund",
            name="pays_order",
            field=models.CharField(blank=True, db_default="", default="", help_text="The order that the money pays now: it does not leave the store.", max_length=16),
        ),
    ]
