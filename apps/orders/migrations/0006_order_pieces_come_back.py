from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """Pieces come back or are cancelled, and cash that is not due any more is known."""

    dependencies = [("orders", "0005_order_payment_confirming")]

    operations = [
        migrations.AddField("order", "reduced_minor", models.BigIntegerField(
            default=0, help_text="Cash that is not due any more: pieces were cancelled or refused.",
        )),
        migrations.AddField("orderline", "returned_quantity", models.PositiveIntegerField(default=0)),
        migrations.AddField("orderline", "cancelled_quantity", models.PositiveIntegerField(default=0)),
        migrations.AddConstraint("order", models.CheckConstraint(
            condition=Q(reduced_minor__gte=0)
            & Q(total_minor__gte=F("refunded_minor") + F("reduced_minor")),
            name="order_reduced_bounded",
        )),
        migrations.AddConstraint("orderline", models.CheckConstraint(
            condition=Q(fulfilled_quantity__gte=F("returned_quantity")), name="order_line_returned",
        )),
        migrations.AddConstraint("orderline", models.CheckConstraint(
            condition=Q(quantity__gte=F("fulfilled_quantity") + F("cancelled_quantity")),
            name="order_line_cancelled",
        )),
        migrations.AlterField("order", "fulfilment_state", models.CharField(
            choices=[
                ("unfulfilled", "not shipped"), ("partial", "partly shipped"), ("shipped", "shipped"),
                ("delivered", "delivered"), ("partially_returned", "partly returned"), ("returned", "returned"),
            ],
            default="unfulfilled", max_length=20,
        )),
        migrations.AlterField("order", "payment_state", models.CharField(
            choices=[
                ("unpaid", "unpaid"), ("pending", "payment pending"),
                ("confirming", "the bank is confirming"), ("paid", "paid"),
                ("partially_refunded", "partially refunded"), ("refunded", "refunded"), ("failed", "payment failed"),
                ("cash_due", "cash on delivery"), ("void", "not collected"),
            ],
            default="unpaid", max_length=20,
        )),
    ]
