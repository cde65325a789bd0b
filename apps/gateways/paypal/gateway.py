"""The gateway: the shop's side of PayPal's Orders v2."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote, urljoin
from uuid import uuid5

import structlog
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.common.money import Money
from apps.gateways.errors import GatewayRefused, GatewayUnavailable, InvalidSignature
from apps.gateways.keyed import Finding, read_keys
from apps.gateways.parts import send_missing
from apps.gateways.paypal import keys as paypal_keys
from apps.gateways.paypal import orders
from apps.gateways.paypal.amounts import takes, to_paypal
from apps.gateways.paypal.client import PayPalClient, PayPalRefused, links_of
from apps.gateways.paypal.connection import examine
from apps.gateways.paypal.disputes import disputes_of
from apps.gateways.paypal.events import read_event
from apps.gateways.paypal.references import custom_id_of, refund_custom_id_of
from apps.gateways.paypal.words import words_of
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
from apps.platform.selectors import current_url

RETURN_PAGE: Final = "payments:paypal_return"  # on the host of the store
CANCEL_PAGE: Final = "payments:paypal_cancelled"
_ORDERS: Final = "/v2/checkout/orders"
_HOLDS: Final = "/v2/payments/authorizations"
_CAPTURES: Final = "/v2/payments/captures"
_DONE: Final = ("ORDER_ALREADY_CAPTURED", "ORDER_ALREADY_AUTHORIZED")
_NO_MONEY_YET: Final = (ChargeStatus.OPEN, ChargeStatus.APPROVED, ChargeStatus.DECLINED)

log = structlog.get_logger(__name__)


class PayPalGateway:
    """A buyer's approval moves no money: the shop captures, or authorizes, an approved order by `complete`."""

    code = "paypal"
    label: StrOrPromise = _("PayPal")
    description: StrOrPromise = _("With your PayPal account, or a card at PayPal.")
    is_test = False
    pays_on_delivery = False
    can_authorize = True
    can_capture_in_parts = True
    can_capture_less = True
    pages: tuple[str, ...] = tuple(paypal_keys.PAGES.values())
    key_fields = paypal_keys.FIELDS

    def is_enabled(self) -> bool:
        return bool(read_keys(self.code))

    def clean_keys(self, keys: Mapping[str, str]) -> dict[str, str]:
        return paypal_keys.clean_keys(keys)

    def takes(self, currency: str) -> bool:
        return takes(currency)

    def is_test_mode(self, keys: Mapping[str, Any]) -> bool:
        return paypal_keys.is_test(keys)

    def test_connection(self, keys: Mapping[str, Any]) -> list[Finding]:
        return examine(keys)

    def open(self, request: ChargeRequest) -> GatewayState:
        """An order that is over, of another amount, or whose approval could not be taken, is followed by a new one: money
        moves only for the order whose reference the caller has."""
        order = self._find(request)
        if order is not None:
            state = orders.state_of(order)
            if state.status is ChargeStatus.OPEN and state.amount == request.amount:
                return replace(state, next_url=self._page_of(order))
            if state.status not in (*_NO_MONEY_YET, ChargeStatus.CANCELLED):
                return state
        order = self._client().post(
            _ORDERS,
            {
                "intent": _intent_of(request),
                "purchase_units": [
                    {
                        "custom_id": custom_id_of(request),
                        "description": request.number,
                        "amount": to_paypal(request.amount),
                    }
                ],
                "payment_source": {"paypal": {"experience_context": _experience(request)}},
            },
            key=_key(request, request.gateway_ref) if request.gateway_ref else request.ref,
        )
        return replace(orders.state_of(order), next_url=self._page_of(order))

    def fetch(self, charge: Charge) -> GatewayState:
        """At most one call for a charge that is not paid; with the disputes of a paid one, one more for each capture."""
        order = self._find(charge)
        if order is None:
            return _unknown(charge)
        captures = orders.taken_by(order)
        disputes = disputes_of(self._client(), captures) if captures else ()
        return orders.state_of(order, disputes=disputes)

    def complete(self, charge: Charge) -> GatewayState:
        """PayPal captures, or authorizes, an order once, whatever the key. The key is of this approval, so that a refusal is
        not repeated to a buyer who has chosen another card since. What is approved for another amount is not taken."""
        order = self._find(charge)
        if order is None:
            return _unknown(charge)
        state = orders.state_of(order)
        if state.status is ChargeStatus.APPROVED and state.amount == charge.amount:
            action = orders.ACTIONS[order["intent"]]
            approval = f"{action}.{order.get('update_time')}.{order.get('payment_source')}"
            try:
                self._client().post(
                    f"{_ORDERS}/{order['id']}/{action}", {}, key=_key(charge, approval)
                )
            except PayPalRefused as refusal:
                if refusal.issue not in _DONE:
                    return self._declined(order, refusal)
        return self.fetch(charge)

    def capture(self, request: CaptureRequest) -> GatewayState:
        """`final_capture` lets PayPal release the rest. PayPal keeps keys for 45 days, longer than any authorization."""
        order = self._find(request.charge)
        if order is None:
            raise _unknown_here()
        hold = orders.authorization_of(order)
        if not orders.is_asked_for(order, request.captured_before + request.amount):
            if hold is None or not orders.is_held(order):
                raise GatewayRefused(gettext("PayPal does not hold this money any more."))
            self._client().post(
                f"{_HOLDS}/{hold['id']}/capture",
                {"amount": to_paypal(request.amount), "final_capture": request.is_last},
                key=request.ref,
            )
        return self.fetch(request.charge)

    def cancel(self, charge: Charge) -> GatewayState:
        """An order that is not taken needs no call: without `complete` no money moves, and PayPal forgets it in hours."""
        order = self._find(charge)
        if order is None:
            return _unknown(charge)
        hold = orders.authorization_of(order)
        if hold is not None and hold.get("status") in ("CREATED", "PARTIALLY_CAPTURED", "PENDING"):
            # captured or voided in this moment: the state says so
            with suppress(GatewayRefused):
                self._client().post(f"{_HOLDS}/{hold['id']}/void", {}, key=_key(charge, "void"))
        state = self.fetch(charge)
        if state.status in _NO_MONEY_YET:
            return replace(state, status=ChargeStatus.CANCELLED)
        return state

    def refund(self, request: RefundRequest) -> RefundReceipt:
        order = self._find(request.charge)
        if order is None:
            raise _unknown_here()
        return send_missing(
            request,
            known=orders.refunds_of(order),
            captures=orders.refundable_of(order),
            send=lambda capture, share, key: self._send_back(request, capture, share, key),
            provider="PayPal",
        )

    def verify(self, *, body: bytes, headers: Mapping[str, str]) -> IncomingEvent:
        keys = read_keys(self.code)
        if not keys:
            raise InvalidSignature()
        return read_event(
            body=body,
            headers=headers,
            client=PayPalClient(keys),
            webhook_id=str(keys[paypal_keys.WEBHOOK]),
        )

    def _send_back(
        self, request: RefundRequest, capture: str, share: Money, key: str
    ) -> KnownRefund:
        refund = self._client().post(
            f"{_CAPTURES}/{capture}/refund",
            {"amount": to_paypal(share), "custom_id": refund_custom_id_of(request)},
            key=key,
        )
        return orders.refund_of(refund)

    def _client(self) -> PayPalClient:
        keys = read_keys(self.code)
        if not keys:
            raise GatewayUnavailable(gettext("The store has no keys of PayPal."))
        return PayPalClient(keys)

    def _find(self, charge: Charge) -> dict[str, Any] | None:
        """None for a charge without reference, or one that this account does not have (any more)."""
        if not charge.gateway_ref:
            return None
        return self._client().get(f"{_ORDERS}/{quote(charge.gateway_ref, safe='')}")

    def _page_of(self, order: Mapping[str, Any]) -> str:
        links = links_of(order)
        return self._own_page(links.get("payer-action") or links.get("approve"), str(order["id"]))

    def _own_page(self, link: str | None, order_id: str) -> str:
        """The link, if it is of PayPal's pages; else the page that PayPal documents for approving an order."""
        page = paypal_keys.page_of(read_keys(self.code))
        if link is not None and link.startswith(f"{page}/"):
            return link
        return f"{page}/checkoutnow?token={order_id}"

    def _declined(self, order: Mapping[str, Any], refusal: PayPalRefused) -> GatewayState:
        link = refusal.links.get("redirect") or refusal.links.get("payer-action")
        return replace(
            orders.state_of(order),
            status=ChargeStatus.DECLINED,
            code=refusal.issue,
            message=words_of(refusal.issue),
            next_url=self._own_page(link, str(order["id"])) if link else "",
        )


def _intent_of(request: ChargeRequest) -> str:
    return orders.AUTHORIZE if request.capture is CaptureTime.LATER else orders.CAPTURE


def _experience(request: ChargeRequest) -> dict[str, str]:
    """The address was given in the shop; the buyer's language is PayPal's to know."""
    where = {"payment_id": request.id}
    pages = {
        name: reverse(page, urlconf=settings.STORE_URLCONF, kwargs=where)
        for name, page in (("return_url", RETURN_PAGE), ("cancel_url", CANCEL_PAGE))
    }
    return {
        "user_action": "PAY_NOW",
        "shipping_preference": "NO_SHIPPING",
        **{name: urljoin(current_url(), path) for name, path in pages.items()},
    }


def _key(of: Charge, what: str) -> str:
    """An idempotency key for each thing that is asked about a charge."""
    return str(uuid5(of.id, what))


def _unknown(charge: Charge) -> GatewayState:
    return GatewayState(ChargeStatus.UNKNOWN, Money(0, charge.amount.currency))


def _unknown_here() -> GatewayRefused:
    return GatewayRefused(gettext("PayPal does not know this payment."))
