from django.db import migrations, models


class Migration(migrations.Migration):
    """Orders say whether a parcel leaves; those that are there are told by their lines."""

    dependencies = [("orders", "0003_guard_rows")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="needs_shipping",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="Whether a parcel leaves: not for downloads alone.",
            ),
        ),
        migrations.RunSQL(
            """
            UPDATE orders_order SET needs_shipping = FALSE
            WHERE EXISTS (
                SELECT 1 FROM orders_orderline
                WHERE orders_orderline.order_id = orders_order.id AND orders_orderline.is_digital
            ) AND NOT EXISTS (
                SELECT 1 FROM orders_orderline
                WHERE orders_orderline.order_id = orders_order.id AND NOT orders_orderline.is_digital
            )
            """,
            migrations.RunSQL.noop,
            hints={"home": "store"},
        ),
    ]
