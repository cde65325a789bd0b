"""Input and output of changes of placed orders."""

from typing import Any

from rest_framework import serializers

from apps.common.addresses import FIELDS
from apps.common.api.fields import CodeField, FlagField, IdField, LineField, MoneyField, WholeField
from apps.common.api.serializers import StrictSerializer
from apps.common.errors import InvalidInput
from apps.common.money import Money, money_json, to_minor
from apps.fulfilment.api.serializers import WholeOrderSerializer, named_once
from apps.fulfilment.change_prospects import NOTHING_LATER, Prospect
from apps.fulfilment.changes import ChangeInput, NewPieces, Plan
from apps.inventory.api.awaited import AwaitedSerializer, present_awaited
from apps.orders.models import Order

MOST = 9_999
_REASON = "The buyer reads it."
_VERSION = "`version` of the order, or of the preview. Another version is refused."


class RemovedInput(StrictSerializer):
    id = IdField(help_text="Of the order's line.")
    quantity = WholeField(min_value=1, max_value=MOST)


class AddedInput(StrictSerializer):
    """Pieces of a variant. Without `price` they cost what the shop charges now."""

    variant_id = CodeField(max_length=36)
    quantity = WholeField(min_value=1, max_value=MOST)
    price = MoneyField(required=False, help_text="For one piece, with a `price_reason`.")
    price_reason = LineField(max_length=200, default="", allow_blank=True)


class NewAddressInput(StrictSerializer):
    def get_fields(self) -> dict[str, Any]:
        return {name: LineField(max_length=200, default="", allow_blank=True) for name in FIELDS}


class ChangeOrderInput(StrictSerializer):
    """What is not named stays. `dry_run` shows the difference and does nothing."""

    version = WholeField(max_value=10_000_000, help_text=_VERSION)
    dry_run = FlagField(default=False)
    remove = serializers.ListField(child=RemovedInput(), default=list, max_length=100)
    add = serializers.ListField(child=AddedInput(), default=list, max_length=50)
    shipping_address = NewAddressInput(required=False)
    with_billing_address = FlagField(default=False)
    shipping_method = CodeField(max_length=40, default="", allow_blank=True)
    shipping_price = MoneyField(required=False)
    discount = MoneyField(required=False)
    fee = MoneyField(required=False)
    fee_title = LineField(max_length=120, default="", allow_blank=True)
    payment_method = CodeField(max_length=40, default="", allow_blank=True)
    expected_difference = MoneyField(
        required=False, allow_negative=True, help_text="Refuse any other difference."
    )
    reason = LineField(max_length=200, help_text=_REASON)

    def validate_remove(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return named_once(lines)


class SplitInput(StrictSerializer):
    """The pieces that become an order of their own."""

    version = WholeField(max_value=10_000_000, help_text=_VERSION)
    lines = serializers.ListField(child=RemovedInput(), allow_empty=False, max_length=100)
    with_delivery = FlagField(default=False, help_text="The price of the delivery goes with them.")
    reason = LineField(max_length=200, help_text=_REASON)

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return named_once(lines)


class TogetherInput(StrictSerializer):
    order_id = IdField(required=False, allow_null=True, help_text="null: it is sent alone again.")


class ComingSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    sku = serializers.CharField()
    quantity = serializers.IntegerField()
    awaited = AwaitedSerializer(allow_null=True)
    short = serializers.IntegerField(help_text="So many can't be had: the change would be refused.")


class ChangedSerializer(serializers.Serializer[Any]):
    """Amounts are differences, tax included: below zero the buyer pays less."""

    version = serializers.IntegerField()
    applied = serializers.BooleanField()
    goods = MoneyField()
    delivery = MoneyField()
    fee = MoneyField()
    discount = MoneyField()
    tax = MoneyField()
    difference = MoneyField()
    refund = MoneyField(help_text="Goes back to where it came from.")
    to_pay = MoneyField(help_text="The buyer is asked for it by a mail with a link.")
    on_delivery = MoneyField(allow_null=True, help_text="What the courier will ask for.")
    coming = ComingSerializer(
        many=True,
        help_text="Of a `dry_run`: pieces that do not leave at once, those that the order waits for already included.",
    )
    other_warehouses = serializers.ListField(
        child=serializers.CharField(),
        help_text="Of a `dry_run`: what is added comes from there, in another parcel.",
    )
    order = WholeOrderSerializer(allow_null=True)


def change_of(values: dict[str, Any], order: Order) -> ChangeInput:
    """Raises `InvalidInput` for an amount in another currency."""
    address = values.get("shipping_address")
    return ChangeInput(
        removed={line["id"]: line["quantity"] for line in values["remove"]},
        added=[
            NewPieces(
                each["variant_id"],
                each["quantity"],
                _minor(each.get("price"), order, "add.price"),
                each["price_reason"],
            )
            for each in values["add"]
        ],
        shipping_address=dict(address) if address is not None else None,
        with_billing=values["with_billing_address"],
        shipping_method=values["shipping_method"],
        shipping_minor=_minor(values.get("shipping_price"), order, "shipping_price"),
        discount_minor=_minor(values.get("discount"), order, "discount") or 0,
        fee_minor=_minor(values.get("fee"), order, "fee") or 0,
        fee_title=values["fee_title"],
        reason=values["reason"],
    )


def expected_minor(values: dict[str, Any], order: Order) -> int | None:
    return _minor(values.get("expected_difference"), order, "expected_difference")


def present_plan(
    plan: Plan,
    order: Order,
    *,
    whole: dict[str, Any] | None,
    prospect: Prospect = NOTHING_LATER,
) -> dict[str, Any]:
    def shown(minor: int) -> dict[str, str]:
        return money_json(minor, order.currency)

    return {
        "version": order.event_count,
        "applied": whole is not None,
        "goods": shown(plan.goods_minor),
        "delivery": shown(plan.delivery_minor),
        "fee": shown(plan.fee_minor),
        "discount": shown(plan.discount_minor),
        "tax": shown(plan.tax_minor),
        "difference": shown(plan.total_minor),
        "refund": shown(plan.refund_minor),
        "to_pay": shown(plan.ask_minor),
        "on_delivery": shown(plan.cash_minor) if plan.cash_minor is not None else None,
        "coming": [
            {
                "title": each.title,
                "sku": each.sku,
                "quantity": each.quantity,
                "awaited": present_awaited(each.waiting),
                "short": each.short,
            }
            for each in prospect.coming
        ],
        "other_warehouses": prospect.others,
        "order": whole,
    }


def _minor(amount: Money | None, order: Order, field: str) -> int | None:
    if amount is None:
        return None
    if amount.currency.code != order.currency:
        raise InvalidInput(fields={field: [f"This order is in {order.currency}."]})
    return to_minor(amount)
