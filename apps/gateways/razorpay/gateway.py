"""The gateway: the shop's side of Razorpay's orders."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.common.money import Money
from apps.gateways.errors import GatewayRefused, GatewayUnavailable, InvalidSignature
from apps.gateways.keyed import Finding, read_keys
from apps.gateways.parts import send_missing
from apps.gateways.razorpay import keys as razorpay_keys
from apps.gateways.razorpay import orders
from apps.gateways.razorpay.amounts import takes, to_razorpay
from apps.gateways.razorpay.client import RazorpayClient
from apps.gateways.razorpay.connection import examine
from apps.gateways.razorpay.events import is_signed, read_event
from apps.gateways.values import (
    CaptureRequest,
    CaptureTime,
    Charge,
    ChargeRequest,
    ChargeStatus,
    GatewayState,
    IncomingEvent,
    KnownRefund,
    RefundReceipt,
    RefundRequest,
)
from apps.tenancy.context import current_store

PAGE: Final = "payments:razorpay_page"  # on the host of the store
_MOST: Final = 100  # rows of a list
# Minutes. https://razorpay.com/docs/payments/payments/capture-settings/api/
_AT_ONCE: Final = {
    "capture": "automatic",
    "capture_options": {
        "automatic_expiry_period": 12,
        "manual_expiry_period": 7200,
        "refund_speed": "normal",
    },
}
_LATER: Final = {
    "capture": "manual",
    "capture_options": {"manual_expiry_period": 7200, "refund_speed": "normal"},
}
_NOT_TAKEN: Final = (
    ChargeStatus.OPEN,
    ChargeStatus.APPROVED,
    ChargeStatus.DECLINED,
    ChargeStatus.AUTHORIZED,
)


@dataclass(frozen=True)
class RazorpayPage:
    """What the payment page gives to Razorpay's Checkout: an order that can be paid once, and no secret."""

    state: GatewayState
    key_id: str
    order_id: str
    amount: str
    currency: str
    is_test: bool


@dataclass(frozen=True)
class _Known:
    order: dict[str, Any]
    payments: list[dict[str, Any]] = field(default_factory=list)


class RazorpayGateway:
    """Razorpay captures by itself what is authorized within minutes. What a bank reports later is `APPROVED`, and captured
    by `complete` if the shop still waits for it; else Razorpay gives it back."""

    code = "razorpay"
    label: StrOrPromise = _("UPI, card and more, by Razorpay")
    description: StrOrPromise = _("UPI, card, netbanking or wallet.")
    is_test = False
    pays_on_delivery = False
    can_authorize = True
    can_capture_in_parts = False
    can_capture_less = False  # "should be equal to the order amount"
    pages: tuple[str, ...] = ()  # the payment page is the store's own
    key_fields = razorpay_keys.FIELDS

    def is_enabled(self) -> bool:
        return bool(read_keys(self.code))

    def clean_keys(self, keys: Mapping[str, str]) -> dict[str, str]:
        return razorpay_keys.clean_keys(keys)

    def takes(self, currency: str) -> bool:
        return takes(currency)

    def is_test_mode(self, keys: Mapping[str, Any]) -> bool:
        return razorpay_keys.is_test(keys)

    def test_connection(self, keys: Mapping[str, Any]) -> list[Finding]:
        return examine(keys)

    def open(self, request: ChargeRequest) -> GatewayState:
        """Razorpay has no idempotency key for orders: one is looked for by its receipt before it is made, and after, so that
        two calls at once agree on the first."""
        known = self._find(request)
        order = known.order if known else self._find_by_receipt(request) or self._create(request)
        page = reverse(PAGE, urlconf=settings.STORE_URLCONF, kwargs={"payment_id": request.id})
        payments = known.payments if known else []
        return replace(orders.state_of(order, payments), next_url=page)

    def fetch(self, charge: Charge) -> GatewayState:
        """Two calls; of a paid charge one more for disputes, and one for the refunds of each payment that has some."""
        known = self._find(charge)
        return self._describe(known) if known is not None else _unknown(charge)

    def complete(self, charge: Charge) -> GatewayState:
        known = self._find(charge)
        if known is None:
            return _unknown(charge)
        if orders.state_of(known.order, known.payments).status is ChargeStatus.APPROVED:
            # captured in this moment, or too late: the state says so
            with suppress(GatewayRefused):
                self._capture(known.payments)
        return self.fetch(charge)

    def capture(self, request: CaptureRequest) -> GatewayState:
        known = self._find(request.charge)
        if known is None:
            raise _unknown_here()
        held = orders.authorized_of(known.payments)
        if held is None:
            state = self._describe(known)
            if state.captured_sum < request.captured_before + request.amount:
                raise GatewayRefused(gettext("Razorpay does not hold this money any more."))
            return state
        if to_razorpay(request.amount) != int(held["amount"]):
            raise GatewayRefused(gettext("Razorpay gives all of the money or none of it."))
        try:
            self._capture(known.payments)
        except GatewayRefused:
            state = self.fetch(request.charge)
            if state.status is not ChargeStatus.PAID:
                raise
            return state
        return self.fetch(request.charge)

    def cancel(self, charge: Charge) -> GatewayState:
        """Razorpay has no call for it. What is not captured goes back to the buyer by itself, within days."""
        state = self.fetch(charge)
        if state.status in _NOT_TAKEN:
            return replace(state, status=ChargeStatus.CANCELLED)
        return state

    def refund(self, request: RefundRequest) -> RefundReceipt:
        known = self._find(request.charge)
        if known is None:
            raise _unknown_here()
        speed = str(read_keys(self.code)[razorpay_keys.SPEED])
        return send_missing(
            request,
            known=[orders.refund_of(each) for each in self._list_refunds(known.payments)],
            captures=orders.refundable_of(known.payments),
            send=lambda payment, share, key: self._send_back(request, payment, share, key, speed),
            provider="Razorpay",
        )

    def verify(self, *, body: bytes, headers: Mapping[str, str]) -> IncomingEvent:
        keys = read_keys(self.code)
        if not keys:
            raise InvalidSignature()
        return read_event(body=body, headers=headers, secret=str(keys[razorpay_keys.WEBHOOK]))

    def check_return(self, charge: Charge, *, payment_ref: str, signature: str) -> None:
        """That a buyer comes from Razorpay with a payment of this order. Raises `InvalidSignature`."""
        keys = read_keys(self.code)
        message = f"{charge.gateway_ref}|{payment_ref}".encode("utf-8", "replace")
        if not keys or not is_signed(message, signature, str(keys[razorpay_keys.SECRET])):
            raise InvalidSignature()

    def read_page(self, charge: Charge) -> RazorpayPage:
        """Raises `GatewayRefused` for a charge that Razorpay does not know."""
        keys, known = read_keys(self.code), self._find(charge)
        if not keys or known is None:
            raise _unknown_here()
        return RazorpayPage(
            state=orders.state_of(known.order, known.payments),
            key_id=str(keys[razorpay_keys.KEY_ID]),
            order_id=str(known.order["id"]),
            amount=str(known.order["amount"]),
            currency=str(known.order["currency"]),
            is_test=razorpay_keys.is_test(keys),
        )

    def _create(self, request: ChargeRequest) -> dict[str, Any]:
        is_later = request.capture is CaptureTime.LATER
        notes = {orders.CHARGE_KEY: request.ref, orders.STORE_KEY: str(current_store().id)}
        if is_later:
            notes[orders.LATER_KEY] = "yes"
        try:
            made = self._client().post(
                "orders",
                {
                    "amount": to_razorpay(request.amount),
                    "currency": request.amount.currency.code,
                    "receipt": request.ref,
                    "notes": notes,
                    "payment": _LATER if is_later else _AT_ONCE,
                },
            )
        except GatewayRefused:  # another call has just made it: a receipt "has to be unique"
            first = self._find_by_receipt(request)
            if first is None:
                raise
            return first
        return self._find_by_receipt(request) or made

    def _find_by_receipt(self, charge: Charge) -> dict[str, Any] | None:
        """The first order of the charge."""
        found = self._client().get(f"orders?receipt={charge.ref}&count={_MOST}") or {}
        same = [each for each in _items(found) if each.get("receipt") == charge.ref]
        return min(same, key=lambda each: (each["created_at"], each["id"])) if same else None

    def _find(self, charge: Charge) -> _Known | None:
        """None for a charge without reference, or one that this account does not have (any more)."""
        if not charge.gateway_ref:
            return None
        client, path = self._client(), f"orders/{quote(charge.gateway_ref, safe='')}"
        order = client.get(path)
        if order is None:
            return None
        return _Known(order, _items(client.get(f"{path}/payments") or {}))

    def _describe(self, known: _Known) -> GatewayState:
        taken = orders.captured_of(known.payments)
        return orders.state_of(
            known.order,
            known.payments,
            refunds=self._list_refunds(known.payments),
            disputes=self._list_disputes(taken) if taken else (),
        )

    def _list_refunds(self, payments: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Of what was captured: what Razorpay gives back of other payments was never the shop's."""
        found = []
        for payment in orders.captured_of(payments):
            listed = self._client().get(f"payments/{payment['id']}/refunds?count={_MOST}")
            found += _items(listed or {})
        return found

    def _list_disputes(self, payments: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Of the latest hundred disputes since the payment: Razorpay can't be asked about one payment."""
        since = min(int(payment["created_at"]) for payment in payments)
        mine = {payment["id"] for payment in payments}
        try:
            listed = self._client().get(f"disputes?from={since}&count={_MOST}") or {}
        except GatewayRefused:
            return []
        return [each for each in _items(listed) if each.get("payment_id") in mine]

    def _capture(self, payments: Sequence[dict[str, Any]]) -> None:
        """All of what waits: Razorpay captures no part. A second call is refused, so nothing is taken twice."""
        held = orders.authorized_of(payments)
        if held is not None:
            self._client().post(
                f"payments/{held['id']}/capture",
                {"amount": int(held["amount"]), "currency": held["currency"]},
            )

    def _send_back(
        self, request: RefundRequest, payment: str, share: Money, key: str, speed: str
    ) -> KnownRefund:
        refund = self._client().post(
            f"payments/{payment}/refund",
            {
                "amount": to_razorpay(share),
                "speed": speed,
                "notes": {orders.REFUND_KEY: request.ref},
            },
            key=key,
        )
        return orders.refund_of(refund)

    def _client(self) -> RazorpayClient:
        keys = read_keys(self.code)
        if not keys:
            raise GatewayUnavailable(gettext("The store has no keys of Razorpay."))
        return RazorpayClient(keys)


def _items(listed: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list(listed.get("items") or ())


def _unknown(charge: Charge) -> GatewayState:
    return GatewayState(ChargeStatus.UNKNOWN, Money(0, charge.amount.currency))


def _unknown_here() -> GatewayRefused:
    return GatewayRefused(gettext("Razorpay does not know this payment."))
