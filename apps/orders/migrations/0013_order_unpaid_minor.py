from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0012_changes_of_orders")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="unpaid_minor",
            field=models.BigIntegerField(
                db_default=0,
                default=0,
                help_text="What staff added after it was paid, and is not paid yet.",
            ),
        ),
    ]
