from django.db import migrations, models
from django.db.models import F, PROTECT, Q

import apps.common.clock
import apps.common.ids

ID = models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    """Parcels come back, in whole or in part."""

    dependencies = [
        ("fulfilment", "0003_guard_rows"),
        ("orders", "0006_order_pieces_come_back"),
        ("payments", "0004_payment_confirming"),
    ]

    operations = [
        migrations.AlterField("shipment", "state", models.CharField(
            choices=[
                ("created", "Created"), ("shipped", "Shipped"), ("returning", "On its way back"),
                ("delivered", "Delivered"), ("returned", "Returned"),
            ],
            default="created", max_length=12,
        )),
        migrations.AddField("shipmentline", "returned_quantity", models.PositiveIntegerField(default=0)),
        migrations.AddConstraint("shipmentline", models.CheckConstraint(
            condition=Q(quantity__gte=F("returned_quantity")), name="fulfilment_shipment_returned_bounded",
        )),
        migrations.CreateModel(
            name="ParcelReturn",
            fields=[
                ("id", ID.clone()),
                ("number", models.CharField(max_length=40, unique=True)),
                ("state", models.CharField(
                    choices=[
                        ("expected", "On its way back"), ("received", "Received"), ("cancelled", "Not coming back"),
                    ],
                    default="expected", max_length=12,
                )),
                ("kind", models.CharField(
                    choices=[("undelivered", "Never delivered"), ("sent_back", "Sent back")], max_length=12,
                )),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                ("request_key", models.CharField(max_length=100)),
                ("currency", models.CharField(max_length=3)),
                ("shipping_minor", models.BigIntegerField(default=0)),
                ("credited_minor", models.BigIntegerField(default=0)),
                ("tax_minor", models.BigIntegerField(default=0)),
                ("tax_components", models.JSONField(blank=True, default=list)),
                ("actor_label", models.CharField(max_length=150)),
                ("created_at", models.DateTimeField(default=apps.common.clock.now)),
                ("received_at", models.DateTimeField(blank=True, null=True)),
                ("order", models.ForeignKey(on_delete=PROTECT, related_name="returns", to="orders.order")),
                ("refund", models.ForeignKey(
                    blank=True, null=True, on_delete=PROTECT, related_name="returns", to="payments.refund",
                )),
                ("shipment", models.ForeignKey(
                    on_delete=PROTECT, related_name="returns", to="fulfilment.shipment",
                )),
            ],
            options={
                "ordering": ["created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("order", "request_key"), name="fulfilment_return_request_once"),
                    models.CheckConstraint(
                        condition=Q(credited_minor__gte=0) & Q(shipping_minor__gte=0),
                        name="fulfilment_return_amounts_positive",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ParcelReturnLine",
            fields=[
                ("id", ID.clone()),
                ("quantity", models.PositiveIntegerField()),
                ("restocked", models.PositiveIntegerField(default=0)),
                ("written_off", models.PositiveIntegerField(default=0)),
                ("total_minor", models.BigIntegerField(default=0)),
                ("tax_minor", models.BigIntegerField(default=0)),
                ("tax_components", models.JSONField(blank=True, default=list)),
                ("parcel_return", models.ForeignKey(
                    on_delete=PROTECT, related_name="lines", to="fulfilment.parcelreturn",
                )),
                ("shipment_line", models.ForeignKey(
                    on_delete=PROTECT, related_name="return_lines", to="fulfilment.shipmentline",
                )),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("parcel_return", "shipment_line"), name="fulfilment_return_line_once",
                    ),
                    models.CheckConstraint(
                        condition=Q(quantity__gt=0) & Q(quantity__gte=F("restocked") + F("written_off")),
                        name="fulfilment_return_quantity_bounded",
                    ),
                ],
            },
        ),
    ]
