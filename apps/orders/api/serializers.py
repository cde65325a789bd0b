"""How orders look."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from apps.catalog.api.parts import PartSerializer, present_parts
from apps.common.api.fields import LineField, MomentField, MoneyField
from apps.common.api.pagination import PageQuery
from apps.common.money import money_json
from apps.inventory.api.awaited import AwaitedSerializer, present_awaited
from apps.orders.models import Order, OrderLine
from apps.orders.selectors import INTERNAL, TimelineEntry
from apps.orders.shown_status import shown_status, status_text
from apps.orders.states import FulfilmentState, OrderPaymentState, OrderStatus
from apps.pricing.rules import components_json, discounts_json, read_discounts
from apps.pricing.treatments import Treatment

TREATMENT_HELP = "Why the order bears no tax; empty if it is taxed as usual."
_TOTALS = ("subtotal", "discount", "shipping", "fee", "tax", "total", "payable", "refunded")


class OrderQuery(PageQuery):
    status = serializers.ChoiceField(choices=OrderStatus.choices, required=False)
    q = LineField(
        max_length=100, required=False, help_text="Number, e-mail address or SKU, for staff."
    )


class PostalAddressSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    line1 = serializers.CharField()
    line2 = serializers.CharField()
    city = serializers.CharField()
    region = serializers.CharField()
    postal_code = serializers.CharField()
    country = serializers.CharField()
    phone = serializers.CharField()


class OrderSummarySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.ChoiceField(
        choices=OrderStatus.choices,
        help_text="An order of which a gift card waits for its day is `processing`, also when all else is delivered.",
    )
    status_text = serializers.CharField(help_text="For people, in the language of the store.")
    payment_state = serializers.ChoiceField(choices=OrderPaymentState.choices)
    fulfilment_state = serializers.ChoiceField(choices=FulfilmentState.choices)
    email = serializers.CharField()
    total = MoneyField()
    refunded = MoneyField(help_text="What the buyer has got back so far.")
    remaining = MoneyField(
        help_text="The total without what was refunded and what is not due any more."
    )
    placed_at = MomentField()


class TaxComponentSerializer(serializers.Serializer[Any]):
    """A named part of the tax. The parts of an order add up to its tax."""

    name = serializers.CharField(help_text="CGST, SGST, IGST, VAT, ...")
    percent = serializers.CharField(help_text="A decimal as text, such as 9 or 0.125.")
    amount = MoneyField()


class NamedDiscountSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    code = serializers.CharField(help_text="Empty for an automatic discount.")
    amount = MoneyField(help_text="Off the goods; 0 for free delivery.")
    is_free_shipping = serializers.BooleanField()


class OrderLineSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    product_id = serializers.CharField()
    variant_id = serializers.CharField()
    sku = serializers.CharField()
    title = serializers.CharField()
    variant_title = serializers.CharField()
    quantity = serializers.IntegerField()
    shipped_quantity = serializers.IntegerField()
    returned_quantity = serializers.IntegerField()
    cancelled_quantity = serializers.IntegerField()
    unit_price = MoneyField()
    subtotal = MoneyField()
    discount = MoneyField()
    tax = MoneyField()
    tax_components = TaxComponentSerializer(many=True)
    hsn_code = serializers.CharField()
    parts = PartSerializer(many=True, help_text="Of a bundle: what one of it is made of.")
    total = MoneyField()
    awaited = AwaitedSerializer(
        allow_null=True, help_text="The pieces that were not there when they were ordered."
    )
    gift = serializers.DictField(
        allow_null=True,
        help_text="Of a gift card: `recipient_name`, `recipient_email`, `sender_name`, `message` and `deliver_on`, as far as the buyer said them.",
    )


class TimelineSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    title = serializers.CharField()
    detail = serializers.CharField()
    at = MomentField()


class OrderSerializer(OrderSummarySerializer):
    phone = serializers.CharField()
    subtotal = MoneyField()
    discount = MoneyField(help_text="All discounts together.")
    discounts = NamedDiscountSerializer(many=True)
    shipping = MoneyField()
    fee = MoneyField(help_text="For the way of paying, such as cash on delivery.")
    tax = MoneyField()
    payable = MoneyField(help_text="The total without cash that is not due any more.")
    refunded = MoneyField()
    tax_components = TaxComponentSerializer(many=True)
    prices_include_tax = serializers.BooleanField()
    needs_shipping = serializers.BooleanField(help_text="False for downloads alone.")
    seller_tax_number = serializers.CharField(help_text="GSTIN or the like at the time of sale.")
    company = serializers.CharField()
    tax_number = serializers.CharField(help_text="The buyer's.")
    tax_treatment = serializers.ChoiceField(choices=Treatment.choices, help_text=TREATMENT_HELP)
    shipping_address = PostalAddressSerializer()
    billing_address = PostalAddressSerializer()
    shipping_method = serializers.CharField()
    pickup = serializers.DictField(
        allow_null=True,
        help_text="The place where the buyer collects it, with `code`, `name`, `hours` and `days_kept`; null: it is sent.",
    )
    expected_from = serializers.DateField(
        allow_null=True, help_text="The days between which it should arrive, as they were promised."
    )
    expected_until = serializers.DateField(allow_null=True)
    gift_cards_until = serializers.DateField(
        allow_null=True,
        help_text="The day on which the last of its gift cards is sent; null: none waits, so what is delivered is all of it.",
    )
    note = serializers.CharField()
    confirmation = serializers.CharField(
        help_text="`call` or `code`: who confirms an order that is paid on delivery; empty: no confirmation is needed."
    )
    confirm_by = MomentField(
        allow_null=True,
        help_text="The order waits for its confirmation until then; null: it does not wait.",
    )
    version = serializers.IntegerField(help_text="Counts what happened to it.")
    split_from = serializers.CharField(help_text="The number of the order it was split from.")
    sent_with = serializers.UUIDField(
        allow_null=True, help_text="Orders with the same value leave in one parcel."
    )
    paid_at = MomentField(allow_null=True)
    shipped_at = MomentField(allow_null=True)
    delivered_at = MomentField(allow_null=True)
    cancelled_at = MomentField(allow_null=True)
    lines = OrderLineSerializer(many=True)
    timeline = TimelineSerializer(many=True)


def present_order_summary(order: Order) -> dict[str, Any]:
    return {
        "id": str(order.pk),
        "number": order.number,
        "status": shown_status(order),
        "status_text": status_text(order),
        "payment_state": order.payment_state,
        "fulfilment_state": order.fulfilment_state,
        "email": order.email,
        "total": money_json(order.total_minor, order.currency),
        "refunded": money_json(order.refunded_minor, order.currency),
        "remaining": money_json(order.payable_minor - order.refunded_minor, order.currency),
        "placed_at": order.placed_at,
    }


def present_order(
    order: Order, *, lines: Iterable[OrderLine], timeline: Iterable[TimelineEntry]
) -> dict[str, Any]:
    """An order with what was bought and what happened. No names of staff in the timeline."""
    totals = {name: money_json(getattr(order, f"{name}_minor"), order.currency) for name in _TOTALS}
    return {
        **present_order_summary(order),
        **totals,
        "discounts": discounts_json(read_discounts(order.discounts), order.currency),
        "phone": order.phone,
        "tax_components": components_json(order.tax_parts, order.currency),
        "prices_include_tax": order.prices_include_tax,
        "needs_shipping": order.needs_shipping,
        "confirmation": order.confirmation,
        "confirm_by": order.confirm_by if order.awaits_confirmation else None,
        "seller_tax_number": order.seller_tax_number,
        "company": order.company,
        "tax_number": order.tax_number,
        "tax_treatment": order.tax_treatment,
        "shipping_address": order.shipping_address,
        "billing_address": order.billing_address,
        "shipping_method": order.shipping_method_name,
        "pickup": order.pickup,
        "expected_from": order.expected_from,
        "expected_until": order.expected_until,
        "gift_cards_until": order.gift_cards_until if order.awaits_gift_cards else None,
        "note": order.note,
        "version": order.event_count,
        "split_from": order.split_from,
        "sent_with": order.sent_with,
        "paid_at": order.paid_at,
        "shipped_at": order.shipped_at,
        "delivered_at": order.delivered_at,
        "cancelled_at": order.cancelled_at,
        "lines": [_line(line, order.currency) for line in lines],
        "timeline": [
            {"kind": entry.kind, "title": entry.title, "detail": entry.detail, "at": entry.at}
            for entry in timeline
            if entry.kind not in INTERNAL
        ],
    }


def _gift(line: OrderLine) -> dict[str, Any] | None:
    """Without the amount, which is the line's price."""
    if line.gift is None:
        return None
    return {name: value for name, value in line.gift.items() if name != "amount_minor"}


def _line(line: OrderLine, currency: str) -> dict[str, Any]:
    amounts = ("unit_price", "subtotal", "discount", "tax", "total")
    return {
        "id": str(line.pk),
        "product_id": line.product_ref,
        "variant_id": line.variant_ref,
        "sku": line.sku,
        "title": line.title,
        "variant_title": line.variant_title,
        "quantity": line.quantity,
        "shipped_quantity": line.fulfilled_quantity,
        "returned_quantity": line.returned_quantity,
        "cancelled_quantity": line.cancelled_quantity,
        "hsn_code": line.hsn_code,
        "parts": present_parts(line.bundle_parts),
        "tax_components": components_json(line.tax_parts, currency),
        "awaited": present_awaited(line.promised),
        "gift": _gift(line),
        **{name: money_json(getattr(line, f"{name}_minor"), currency) for name in amounts},
    }
