from django.db import migrations, models


class Migration(migrations.Migration):
    """States of a payment in words of a shop."""

    dependencies = [("payments", "0004_payment_confirming")]

    operations = [
        migrations.AlterField("payment", "state", models.CharField(
            choices=[
                ("created", "Started"), ("pending", "Waiting for the money"), ("confirming", "Bank is confirming"),
                ("captured", "Received"), ("failed", "Failed"), ("cancelled", "Cancelled"),
                ("partially_refunded", "Partially refunded"), ("refunded", "Refunded"),
            ],
            default="created", max_length=20,
        )),
    ]
