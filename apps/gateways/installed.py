"""The payment providers Polystore knows. A new one is a module here and a line below."""

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext

from apps.gateways.bank_transfer import BankTransfer
from apps.gateways.base import Gateway
from apps.gateways.cash import CashOnDelivery
from apps.gateways.errors import PaymentMethodUnavailable
from apps.gateways.exchange import ReturnedGoods
from apps.gateways.keyed import KeyedGateway
from apps.gateways.paypal.gateway import PayPalGateway
from apps.gateways.razorpay.gateway import RazorpayGateway
from apps.gateways.stripe.gateway import StripeGateway
from apps.gateways.test_bank import TestGateway
from apps.gateways.without_provider import WithoutProvider
from apps.tenancy.context import current_store_or_none

_GATEWAYS: dict[str, Gateway] = {
    gateway.code: gateway
    for gateway in (
        TestGateway(),
        CashOnDelivery(),
        StripeGateway(),
        PayPalGateway(),
        RazorpayGateway(),
        BankTransfer(),
    )
}

# Money of buyers that the store itself holds. These gateways are no choice at checkout: they pay first.
GIFT_CARD: Final = "gift_card"
STORE_CREDIT: Final = "store_credit"
STORED_VALUE: Final = (GIFT_CARD, STORE_CREDIT)

_stored_value: dict[str, Gateway] = {}


def add_stored_value(gateway: Gateway) -> None:
    """Make a gateway of `STORED_VALUE` known. For the app that holds the money: it is above this one."""
    _stored_value[gateway.code] = gateway


# Money that moves between orders: no method of the store, and no provider.
_INTERNAL: dict[str, Gateway] = {ReturnedGoods.code: ReturnedGoods()}


def get_gateway(code: str) -> Gateway:
    """Raises `PaymentMethodUnavailable` for an unknown code, and in a sandbox for every external provider."""
    if code in _stored_value:
        return _stored_value[code]
    if code in _INTERNAL:
        return _INTERNAL[code]
    gateway = _GATEWAYS.get(code)
    store = current_store_or_none()
    is_inside = gateway is not None and (gateway.is_test or isinstance(gateway, WithoutProvider))
    if gateway is None or (store is not None and store.is_sandbox and not is_inside):
        raise PaymentMethodUnavailable(
            fields={"payment_method": [gettext("This payment method is not offered here.")]}
        )
    return gateway


def gateway_label(code: str) -> str:
    """The provider's name for people; the code itself of one that no longer exists."""
    gateway = _GATEWAYS.get(code) or _stored_value.get(code) or _INTERNAL.get(code)
    return str(gateway.label) if gateway is not None else code.replace("_", " ")


def get_keyed_gateway(code: str) -> KeyedGateway | None:
    """The gateway, if stores need keys for it."""
    gateway = _GATEWAYS.get(code)
    return gateway if isinstance(gateway, KeyedGateway) else None


def takes(code: str, currency: str) -> bool:
    """Whether payments in the currency can be made through the gateway."""
    gateway = get_keyed_gateway(code)
    return gateway is None or gateway.takes(currency)


def can_authorize(code: str) -> bool:
    """Whether the provider's bank can hold money until it is captured."""
    gateway = _GATEWAYS.get(code)
    return gateway is not None and gateway.can_authorize


def is_booked_by_staff(code: str) -> bool:
    """Whether staff say what came: no provider knows, and a refund is a transfer of theirs."""
    return isinstance(_GATEWAYS.get(code), BankTransfer)


def booked_by_staff() -> list[str]:
    """The codes of such gateways."""
    return [code for code in _GATEWAYS if is_booked_by_staff(code)]


def pages_of(codes: Iterable[str]) -> list[str]:
    """The outside origins that these providers lead buyers to."""
    known = [_GATEWAYS[code] for code in codes if code in _GATEWAYS]
    return sorted({page for gateway in known for page in gateway.pages})


def list_gateways() -> list[Gateway]:
    """All that can be a way to pay, those switched off included."""
    return list(_GATEWAYS.values())
