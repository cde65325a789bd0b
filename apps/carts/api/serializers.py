"""Input and output of carts."""

from typing import Any

from rest_framework import serializers

from apps.carts.selectors import CartView, apply_to_cart
from apps.catalog.api.parts import PartSerializer, present_parts
from apps.common.api.fields import CodeField, MoneyField, WholeField
from apps.common.api.serializers import StrictSerializer
from apps.common.money import money_json
from apps.pricing.rules import discounts_json


class ItemInput(StrictSerializer):
    variant_id = CodeField(max_length=36)
    quantity = WholeField(min_value=1, max_value=100_000, default=1)


class QuantityInput(StrictSerializer):
    quantity = WholeField(min_value=1, max_value=100_000)


class WarningSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    text = serializers.CharField()


class CodeInput(StrictSerializer):
    code = CodeField(max_length=100, help_text="Case and spaces do not matter.")


class RefusedCodeSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    reason = serializers.CharField(help_text="Such as `expired` or `minimum_spend`.")
    text = serializers.CharField(help_text="For people.")


class CartDiscountSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    code = serializers.CharField(help_text="Empty for an automatic discount.")
    amount = MoneyField(help_text="Off the goods; 0 for free delivery.")
    is_free_shipping = serializers.BooleanField()


class CartLineSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    product_id = serializers.CharField()
    variant_id = serializers.CharField()
    sku = serializers.CharField()
    title = serializers.CharField()
    variant_title = serializers.CharField()
    parts = PartSerializer(many=True, help_text="Of a bundle: what one of it is made of.")
    quantity = serializers.IntegerField()
    unit_price = MoneyField()
    old_unit_price = MoneyField(allow_null=True, help_text="When the price changed since.")
    total = MoneyField()
    available = serializers.IntegerField(allow_null=True)
    is_orderable = serializers.BooleanField()
    warnings = WarningSerializer(many=True)


class CartSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(allow_null=True)
    token = serializers.CharField(
        allow_null=True, help_text="A guest sends it as `X-Cart-Token` from now on."
    )
    status = serializers.CharField()
    currency = serializers.CharField()
    count = serializers.IntegerField()
    subtotal = MoneyField()
    codes = serializers.ListField(child=serializers.CharField(), help_text="The buyer's coupons.")
    discounts = CartDiscountSerializer(many=True)
    refused_codes = RefusedCodeSerializer(
        many=True, help_text="Codes that do nothing now, and why."
    )
    discount = MoneyField()
    is_orderable = serializers.BooleanField()
    lines = CartLineSerializer(many=True)


_MONEY = MoneyField()


def present_cart_view(view: CartView) -> dict[str, Any]:
    """A cart as JSON. A customer's cart has no token: the login is its key."""
    cart, applied = view.cart, apply_to_cart(view)
    return {
        "id": str(cart.pk),
        "token": None if cart.customer_ref else cart.token,
        "status": cart.status,
        "currency": cart.currency,
        "count": view.count,
        "subtotal": _MONEY.to_representation(view.subtotal),
        "codes": list(cart.coupon_codes),
        "discounts": discounts_json(applied.named, cart.currency),
        "refused_codes": [each.as_json() for each in applied.refused],
        "discount": money_json(applied.discount_minor, cart.currency),
        "is_orderable": view.is_orderable,
        "lines": [
            {
                "id": line.id,
                "product_id": line.product_ref,
                "variant_id": line.variant_ref,
                "sku": line.sku,
                "title": line.title,
                "variant_title": line.variant_title,
                "parts": present_parts(line.item.parts if line.item else ()),
                "quantity": line.quantity,
                "unit_price": _MONEY.to_representation(line.unit_price),
                "old_unit_price": _MONEY.to_representation(line.old_unit_price)
                if line.old_unit_price is not None
                else None,
                "total": _MONEY.to_representation(line.total),
                "available": line.available,
                "is_orderable": line.is_orderable,
                "warnings": [{"code": w.code, "text": w.text} for w in line.warnings],
            }
            for line in view.lines
        ],
    }


def present_no_cart(currency: str) -> dict[str, Any]:
    """The answer for a visitor without a cart."""
    return {
        "id": None,
        "token": None,
        "status": "open",
        "currency": currency,
        "count": 0,
        "subtotal": money_json(0, currency),
        "codes": [],
        "discounts": [],
        "refused_codes": [],
        "discount": money_json(0, currency),
        "is_orderable": False,
        "lines": [],
    }
