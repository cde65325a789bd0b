"""Cash on delivery: no provider, the carrier brings the money."""

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.gateways.values import ChargeStatus
from apps.gateways.without_provider import WithoutProvider


class CashOnDelivery(WithoutProvider):
    code = "cash_on_delivery"
    label: StrOrPromise = _("Cash on delivery")
    description: StrOrPromise = _("Pay the courier when your parcel arrives.")
    pays_on_delivery = True
    status = ChargeStatus.OPEN
    not_held = _("No bank holds the money of cash on delivery.")
    no_events = _("Cash on delivery sends no events.")
