"""The payment providers Polystore knows. A new one is a module here and a line below."""

from apps.payments.errors import PaymentMethodUnavailable
from apps.payments.gateways.base import (
    ChargeStatus,
    Gateway,
    GatewayState,
    IncomingEvent,
    NothingToDo,
    Opened,
    RedirectTo,
)
from apps.payments.gateways.cash import CashOnDelivery
from apps.payments.gateways.test import TestGateway

__all__ = [
    "ChargeStatus",
    "Gateway",
    "GatewayState",
    "IncomingEvent",
    "NothingToDo",
    "Opened",
    "RedirectTo",
    "get_gateway",
    "list_gateways",
]

_GATEWAYS: dict[str, Gateway] = {
    gateway.code: gateway for gateway in (TestGateway(), CashOnDelivery())
}


def get_gateway(code: str) -> Gateway:
    """Raises `PaymentMethodUnavailable` for a code nobody knows."""
    try:
        return _GATEWAYS[code]
    except KeyError:
        raise PaymentMethodUnavailable(
            fields={"payment_method": ["This payment method is not offered here."]}
        ) from None


def list_gateways() -> list[Gateway]:
    """All of them, those switched off included."""
    return list(_GATEWAYS.values())
