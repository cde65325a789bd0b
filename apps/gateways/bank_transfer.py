"""Bank transfer: the buyer sends the money by their own bank, and staff say what came. No provider is asked."""

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.gateways.values import ChargeStatus
from apps.gateways.without_provider import WithoutProvider


class BankTransfer(WithoutProvider):
    """The order's page has the account, so there is no page to go to."""

    code = "bank_transfer"
    label: StrOrPromise = _("Bank transfer")
    description: StrOrPromise = _(
        "You get the account and a reference; we send your order when the money is here."
    )
    status = ChargeStatus.OPEN
    not_held = _("No bank holds the money of a transfer.")
    no_events = _("Bank transfers send no events.")
