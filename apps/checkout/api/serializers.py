"""Input and output of checkout."""

from typing import Any

from rest_framework import serializers

from apps.accounts.api.serializers import PostalAddressInput
from apps.carts.api.serializers import RefusedCodeSerializer
from apps.checkout.details import CheckoutDetails
from apps.common.api.fields import BlockField, CodeField, EmailField, LineField, MoneyField
from apps.common.api.serializers import StrictSerializer
from apps.common.money import to_minor
from apps.giftcards.selectors import MOST_CARDS
from apps.orders.api.serializers import (
    TREATMENT_HELP,
    NamedDiscountSerializer,
    OrderSummarySerializer,
    TaxComponentSerializer,
)
from apps.pricing.treatments import Treatment


class OptionsQuery(StrictSerializer):
    country = LineField(max_length=60, help_text="ISO 3166 code, such as IN.")
    region = LineField(
        max_length=100,
        default="",
        allow_blank=True,
        help_text="Code or name, such as KA or Karnataka.",
    )
    postal_code = LineField(
        max_length=60,
        default="",
        allow_blank=True,
        help_text="Decides about ways of shipping and cash on delivery; not judged while it is empty.",
    )
    shipping_method = CodeField(max_length=80, default="", allow_blank=True)
    tax_number = CodeField(
        max_length=40,
        default="",
        allow_blank=True,
        help_text="The buyer's GSTIN, VAT ID or the like; the totals are those of such a buyer.",
    )
    billing_country = LineField(
        max_length=60,
        default="",
        allow_blank=True,
        help_text="That of the tax number, if it is another one.",
    )
    payment_method = CodeField(max_length=40, default="", allow_blank=True)


class PickupPlaceSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    hours = serializers.CharField(allow_blank=True)
    address = serializers.DictField(child=serializers.CharField(allow_blank=True))


class RefusedShippingSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    reason = serializers.CharField(help_text="A sentence for the buyer.")


class ShippingOptionSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    price = MoneyField()
    days_min = serializers.IntegerField()
    days_max = serializers.IntegerField()
    earliest = serializers.DateField(
        allow_null=True,
        help_text="If it is ordered now; null where pieces are awaited of which no day is known, and where no place is known to have "
        "the postal code.",
    )
    latest = serializers.DateField(allow_null=True)
    pickup_place = PickupPlaceSerializer(
        allow_null=True, help_text="Where the buyer collects it; null for a delivery."
    )


class PaymentMethodSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    description = serializers.CharField()
    is_test = serializers.BooleanField()
    fee = MoneyField(help_text="What this way of paying costs, as the shop shows prices.")


class RefusedMethodSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    reason = serializers.CharField(help_text="A sentence for the buyer.")


class TotalsSerializer(serializers.Serializer[Any]):
    subtotal = MoneyField()
    discount = MoneyField(help_text="All discounts together.")
    discounts = NamedDiscountSerializer(many=True)
    refused_codes = RefusedCodeSerializer(many=True)
    shipping = MoneyField()
    fee = MoneyField(help_text="For the way of paying, such as cash on delivery.")
    tax = MoneyField()
    tax_components = TaxComponentSerializer(many=True)
    prices_include_tax = serializers.BooleanField()
    tax_treatment = serializers.ChoiceField(choices=Treatment.choices, help_text=TREATMENT_HELP)
    total = MoneyField()


class OptionsSerializer(serializers.Serializer[Any]):
    shipping_methods = ShippingOptionSerializer(many=True)
    refused_shipping_methods = RefusedShippingSerializer(
        many=True, help_text="Ways that go there, but don't take what is in the cart, and why."
    )
    payment_methods = PaymentMethodSerializer(many=True)
    refused_payment_methods = RefusedMethodSerializer(
        many=True, help_text="Ways to pay that the shop has, but not for this order, and why."
    )
    payment_method = serializers.CharField(
        help_text="The one whose fee is in the totals: the one that was asked for, or the first."
    )
    needs_payment = serializers.BooleanField(
        help_text="False when the total is zero: no method is asked then, and the order is paid when it is placed."
    )
    needs_shipping = serializers.BooleanField(help_text="False for downloads alone.")
    address_fields = serializers.ListField(
        child=serializers.CharField(),
        help_text="Fields of `shipping_address` that must not be empty for that country.",
    )
    shipping_method = serializers.CharField(help_text="The one the totals are for.")
    totals = TotalsSerializer(allow_null=True, help_text="Null: nothing is sent to that country.")
    countries = serializers.ListField(
        child=serializers.CharField(),
        allow_null=True,
        help_text="Where the cart can be sent; null: everywhere, or nothing has to be sent.",
    )
    problem = serializers.CharField(
        allow_blank=True,
        help_text="Why nothing can be ordered, whatever is chosen; empty if it can.",
    )


class OrderAddressInput(PostalAddressInput):
    """The fields of the address book. A cart with downloads only needs fewer: see `checkout/options`."""

    line1 = LineField(
        max_length=200, default="", allow_blank=True, help_text="Needed where something is sent."
    )


class PlaceOrderInput(StrictSerializer):
    """The cart is the one of the login or of `X-Cart-Token`."""

    email = EmailField(
        max_length=254, required=False, help_text="A customer's own address when left out."
    )
    phone = CodeField(max_length=60, default="", allow_blank=True)
    shipping_address = OrderAddressInput()
    billing_address = PostalAddressInput(
        required=False, allow_null=True, help_text="The shipping address when left out."
    )
    shipping_method = CodeField(max_length=80, default="", allow_blank=True)
    payment_method = CodeField(
        max_length=40,
        default="",
        allow_blank=True,
        help_text="One of `checkout/options`; needed where something is to be paid.",
    )
    expected_total = MoneyField(
        required=False, help_text="What the buyer agreed to; any other total is refused."
    )
    company = LineField(max_length=120, default="", allow_blank=True)
    tax_number = CodeField(
        max_length=40,
        default="",
        allow_blank=True,
        help_text="GSTIN, VAT ID or another tax number, fitting the billing address.",
    )
    gift_cards = serializers.ListField(
        child=CodeField(max_length=60),
        default=list,
        max_length=MOST_CARDS,
        help_text="Codes. They pay first, in this order.",
    )
    use_store_credit = serializers.BooleanField(
        default=False, help_text="Of the login; it pays after the gift cards."
    )
    expected_prepaid = MoneyField(
        required=False,
        help_text="What the buyer agreed that gift cards and store credit pay; another sum is refused.",
    )
    note = BlockField(max_length=1000, default="", allow_blank=True)
    language = serializers.RegexField(
        r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z",
        max_length=16,
        default="",
        allow_blank=True,
        help_text="A code such as en-IN; the store's language when left out.",
    )


def to_details(values: dict[str, Any], *, email: str, currency: str) -> CheckoutDetails:
    """Of checked input; `email` is the login's."""
    sums: dict[str, Any] = {}
    for name in ("expected_total", "expected_prepaid"):
        expected = values.pop(name, None)
        if expected is not None and expected.currency.code != currency:
            message = f"The currency must be {currency}."
            raise serializers.ValidationError({name: [message]})
        sums[f"{name}_minor"] = None if expected is None else to_minor(expected)
    values["uses_store_credit"] = values.pop("use_store_credit")
    values.setdefault("email", email)
    if not values["email"]:
        raise serializers.ValidationError({"email": ["This field is required."]})
    return CheckoutDetails(**values, **sums)


class PlacedOrderSerializer(OrderSummarySerializer):
    access_token = serializers.CharField(
        help_text="Opens this order without a login: `X-Order-Token`."
    )
    payment_id = serializers.UUIDField(
        allow_null=True,
        help_text="Of the rest that gift cards and store credit don't pay; null when nothing is left.",
    )
    next_url = serializers.CharField(
        allow_null=True, help_text="Where the buyer pays; null when nothing is to be paid now."
    )
