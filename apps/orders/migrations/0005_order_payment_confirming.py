from django.db import migrations, models


class Migration(migrations.Migration):
    """Orders whose payment the bank is still confirming have a state of their own."""

    dependencies = [("orders", "0004_order_add_needs_shipping")]

    operations = [
        migrations.AlterField(
            model_name="order",
            name="payment_state",
            field=models.CharField(
                choices=[
                    ("unpaid", "unpaid"),
                    ("pending", "payment pending"),
                    ("confirming", "the bank is confirming"),
                    ("paid", "paid"),
                    ("partially_refunded", "partially refunded"),
                    ("refunded", "refunded"),
                    ("failed", "payment failed"),
                    ("cash_due", "cash on delivery"),
                ],
                default="unpaid",
                max_length=20,
            ),
        ),
    ]
