from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0011_pickup_and_expected_days")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="split_from",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The order that its pieces were taken from.",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="sent_with",
            field=models.UUIDField(
                blank=True,
                db_index=True,
                help_text="Orders with the same value leave in one parcel.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="added_by",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="The event that added it; empty: it was there when the order was placed.",
                null=True,
            ),
        ),
    ]
