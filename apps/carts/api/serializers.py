"""Input and output of carts."""

from typing import Any

from rest_framework import serializers

from apps.carts.documents import NoticeCode
from apps.carts.gifts import MOST_MESSAGE, MOST_NAME, GiftDetails
from apps.carts.notices import words_of
from apps.carts.selectors import CartView, CartViewLine, apply_to_cart
from apps.carts.services import MergeChoice
from apps.carts.sharing import MOST_DAYS, Preview
from apps.catalog.api.parts import PartSerializer, present_parts
from apps.catalog.api.serializers import AMOUNT
from apps.common.api.fields import (
    BlockField,
    CodeField,
    EmailField,
    LineField,
    MomentField,
    MoneyField,
    WholeField,
)
from apps.common.api.serializers import StrictSerializer
from apps.common.errors import DomainError
from apps.common.money import money_json, parse_amount, to_minor
from apps.inventory.api.awaited import AwaitedSerializer, present_awaited
from apps.pricing.rules import discounts_json
from apps.tenancy.context import current_store


class GiftInput(StrictSerializer):
    recipient_name = LineField(max_length=MOST_NAME, default="", allow_blank=True)
    recipient_email = EmailField(
        default="", allow_blank=True, help_text="Empty: the card goes to the buyer."
    )
    sender_name = LineField(max_length=MOST_NAME, default="", allow_blank=True)
    message = BlockField(max_length=MOST_MESSAGE, default="", allow_blank=True)
    deliver_on = serializers.DateField(
        default=None, allow_null=True, help_text="In the store's time zone; empty: once it is paid."
    )
    amount = serializers.RegexField(
        AMOUNT,
        default=None,
        allow_null=True,
        help_text="Another one than the variant's, where the product has `own_from` and `own_to`.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Replaces `amount` by its minor units."""
        text = attrs.pop("amount", None)
        try:
            minor = to_minor(parse_amount(text, current_store().currency)) if text else None
        except DomainError as error:
            raise serializers.ValidationError({"amount": [str(error)]}) from error
        return {**attrs, "amount_minor": minor}


class ItemInput(StrictSerializer):
    variant_id = CodeField(max_length=36)
    quantity = WholeField(min_value=1, max_value=100_000, default=1)
    gift = GiftInput(default=None, allow_null=True, help_text="Of a gift card.")


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


class GiftSerializer(serializers.Serializer[Any]):
    recipient_name = serializers.CharField()
    recipient_email = serializers.CharField()
    sender_name = serializers.CharField()
    message = serializers.CharField()
    deliver_on = serializers.DateField(allow_null=True)


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
    min_quantity = serializers.IntegerField()
    max_quantity = serializers.IntegerField(allow_null=True)
    quantity_step = serializers.IntegerField()
    awaited = AwaitedSerializer(allow_null=True, help_text="The pieces that come later.")
    gift = GiftSerializer(allow_null=True, help_text="Of a gift card.")


class NoticeSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    code = serializers.ChoiceField(choices=NoticeCode.choices)
    sku = serializers.CharField()
    before = serializers.IntegerField()
    after = serializers.IntegerField()
    text = serializers.CharField(help_text="For people.")
    at = MomentField()


class ChoiceInput(StrictSerializer):
    choice = serializers.ChoiceField(choices=MergeChoice.choices)


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
    saved = CartLineSerializer(many=True, help_text="For later: not ordered.")
    asked = CartLineSerializer(
        many=True, help_text="From before the login; answer with `POST /cart/merge`."
    )
    notices = NoticeSerializer(
        many=True, help_text="What happened to lines, until the buyer dismisses it."
    )
    expires_at = MomentField(allow_null=True, help_text="Then the cart is deleted.")


class ShareInput(StrictSerializer):
    days = WholeField(
        default=None,
        allow_null=True,
        min_value=1,
        max_value=MOST_DAYS,
        help_text="When it ends; empty: never.",
    )


class ShareSerializer(serializers.Serializer[Any]):
    token = serializers.CharField()
    url = serializers.URLField(
        help_text="The page that shows it, and asks before it adds anything."
    )


class SharedSerializer(serializers.Serializer[Any]):
    currency = serializers.CharField()
    subtotal = MoneyField()
    lines = CartLineSerializer(many=True)
    missing = serializers.IntegerField(help_text="Products that are no longer sold.")
    ends_at = MomentField(allow_null=True)


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
        "lines": [_line_json(line) for line in view.lines],
        "saved": [_line_json(line) for line in view.saved],
        "asked": [_line_json(line) for line in view.asked],
        "notices": [
            {
                "id": each.id,
                "code": each.code,
                "sku": each.sku,
                "before": each.before,
                "after": each.after,
                "text": words_of(each),
                "at": each.at,
            }
            for each in view.notices
        ],
        "expires_at": cart.expires_at,
    }


def present_gift(gift: GiftDetails | None) -> dict[str, Any] | None:
    names = ("recipient_name", "recipient_email", "sender_name", "message", "deliver_on")
    return None if gift is None else {name: getattr(gift, name) for name in names}


def _line_json(line: CartViewLine) -> dict[str, Any]:
    old = line.old_unit_price
    return {
        "id": line.id,
        "product_id": line.product_ref,
        "variant_id": line.variant_ref,
        "sku": line.sku,
        "title": line.title,
        "variant_title": line.variant_title,
        "parts": present_parts(line.item.parts if line.item else ()),
        "quantity": line.quantity,
        "unit_price": _MONEY.to_representation(line.unit_price),
        "old_unit_price": _MONEY.to_representation(old) if old is not None else None,
        "total": _MONEY.to_representation(line.total),
        "available": line.available,
        "is_orderable": line.is_orderable,
        "warnings": [{"code": w.code, "text": w.text} for w in line.warnings],
        "min_quantity": line.rule.first,
        "max_quantity": line.rule.maximum,
        "quantity_step": line.rule.step,
        "awaited": present_awaited(line.waiting),
        "gift": present_gift(line.gift),
    }


def present_preview(found: Preview) -> dict[str, Any]:
    return {
        "currency": found.view.cart.currency,
        "subtotal": _MONEY.to_representation(found.view.subtotal),
        "lines": [_line_json(line) for line in found.view.lines],
        "missing": found.missing,
        "ends_at": found.ends_at,
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
        "saved": [],
        "asked": [],
        "notices": [],
        "expires_at": None,
    }
