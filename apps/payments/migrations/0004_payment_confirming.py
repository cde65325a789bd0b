from django.db import migrations, models


class Migration(migrations.Migration):
    """Payments the bank is still confirming have a state of their own."""

    dependencies = [("payments", "0003_guard_rows")]

    operations = [
        migrations.AlterField(
            model_name="payment",
            name="state",
            field=models.CharField(
                choices=[
                    ("created", "Created"),
                    ("pending", "Pending"),
                    ("confirming", "Bank is confirming"),
                    ("captured", "Captured"),
                    ("failed", "Failed"),
                    ("cancelled", "Cancelled"),
                    ("partially_refunded", "Partially refunded"),
                    ("refunded", "Refunded"),
                ],
                default="created",
                max_length=20,
            ),
        ),
    ]
