from django.db import migrations, models


class Migration(migrations.Migration):
    """Lines keep their rate in percent and their HSN code, orders the seller's tax number."""

    dependencies = [("orders", "0006_order_pieces_come_back")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="seller_tax_number",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.AddField(
            model_name="orderline",
            name="hsn_code",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.AddField(
            model_name="orderline",
            name="tax_percent",
            field=models.DecimalField(db_default=0, decimal_places=4, default=0, max_digits=7),
        ),
        migrations.RunSQL(
            "UPDATE orders_orderline SET tax_percent = tax_rate_bp / 100.0 WHERE tax_rate_bp > 0",
            migrations.RunSQL.noop,
            hints={"home": "store"},
        ),
        migrations.RemoveField(model_name="orderline", name="tax_rate_bp"),
    ]
