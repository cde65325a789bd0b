"""The gateways of stored value. Their money is taken when an order is placed, and given back by `refund`."""

from uuid import UUID

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.common.money import to_minor
from apps.gateways.errors import GatewayRefused
from apps.gateways.installed import GIFT_CARD, STORE_CREDIT
from apps.gateways.values import ChargeStatus, RefundReceipt, RefundRequest
from apps.gateways.without_provider import WithoutProvider
from apps.giftcards.models import Account, GiftCard, StoreCredit
from apps.giftcards.services import give_back

ON_A_CLOSED_CARD = gettext_noop(
    "A refund went to a gift card that is switched off. Switch the card on, or refund in another way."
)


class _StoredValue(WithoutProvider):
    """A charge's `gateway_ref` is the key of the card or credit. The payment was made in the transaction that took the
    money."""

    status = ChargeStatus.PAID
    not_held = _("Gift cards and store credit pay at once.")
    no_events = _("Gift cards and store credit send no events.")
    account: type[Account]

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
        is_closed = isinstance(account, GiftCard) and account.disabled_at is not None
        attention = gettext(ON_A_CLOSED_CARD) if is_closed else ""
        return RefundReceipt(f"given-back-{request.ref}", attention=attention)


class GiftCardGateway(_StoredValue):
    code = GIFT_CARD
    label: StrOrPromise = _("Gift card")
    account = GiftCard


class StoreCreditGateway(_StoredValue):
    code = STORE_CREDIT
    label: StrOrPromise = _("Store credit")
    account = StoreCredit
