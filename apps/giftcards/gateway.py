"""The gateways of stored value. Their money is taken when an order is placed, and given back by `refund`."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.common.money import to_minor
from apps.gateways.errors import GatewayRefused, MalformedEvent
from apps.gateways.installed import GIFT_CARD, STORE_CREDIT
from apps.gateways.values import (
    CaptureRequest,
    Charge,
    ChargeRequest,
    ChargeStatus,
    GatewayState,
    IncomingEvent,
    RefundReceipt,
    RefundRequest,
)
from apps.giftcards.models import Account, GiftCard, StoreCredit
from apps.giftcards.services import give_back


class _StoredValue:
    """A charge's `gateway_ref` is the key of the card or credit. Nothing leaves the store's database."""

    is_test = False
    pays_on_delivery = False
    can_authorize = False
    can_capture_in_parts = False
    pages: tuple[str, ...] = ()
    description: StrOrPromise = ""
    account: type[Account]

    def is_enabled(self) -> bool:
        return True

    def open(self, request: ChargeRequest) -> GatewayState:
        return self.fetch(request)

    def fetch(self, charge: Charge) -> GatewayState:
        """The payment was made in the transaction that took the money."""
        return GatewayState(ChargeStatus.PAID, charge.amount, ref=charge.gateway_ref)

    def capture(self, request: CaptureRequest) -> GatewayState:
        raise GatewayRefused(gettext("Gift cards and store credit pay at once."))

    def cancel(self, charge: Charge) -> GatewayState:
        return self.fetch(charge)

    def refund(self, request: RefundRequest) -> RefundReceipt:
        """Idempotent by the refund's id: a call that is repeated after a crash gives nothing more."""
        account = self.account._default_manager.filter(pk=UUID(request.charge.gateway_ref)).first()
        if account is None:
            raise GatewayRefused(gettext("The gift card or store credit does not exist."))
        give_back(
            account=account,
            amount_minor=to_minor(request.amount),
            cause=request.ref,
            reason=request.reason,
        )
        return RefundReceipt(f"given-back-{request.ref}")

    def verify(self, *, body: bytes, headers: Mapping[str, str]) -> IncomingEvent:
        raise MalformedEvent(gettext("Gift cards and store credit send no events."))


class GiftCardGateway(_StoredValue):
    code = GIFT_CARD
    label: StrOrPromise = _("Gift card")
    account = GiftCard


class StoreCreditGateway(_StoredValue):
    code = STORE_CREDIT
    label: StrOrPromise = _("Store credit")
    account = StoreCredit
