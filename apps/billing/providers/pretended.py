"""A pretended provider for demos and development: the owner chooses whether a bill is paid. No real money moves.

It keeps its charges in the platform's home, with the pretended bank of the shops. Production has none
(`config/settings/production.py`). With Stripe's keys it is not offered.
"""

from typing import Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from moneyed import Money

from apps.billing.providers.base import Charge, ChargeEvent, OnlineProvider, Outcome
from apps.gateways import test_bank
from apps.gateways import values as gateways
from apps.gateways.models import TestGatewayCharge

CODE: Final = "test"
PAGE: Final = "store_admin:plan_test_bank"
_BANK: Final = test_bank.TestGateway()
_OUTCOMES: Final = {
    gateways.ChargeStatus.PAID: Outcome.PAID,
    gateways.ChargeStatus.DECLINED: Outcome.FAILED,
    gateways.ChargeStatus.CANCELLED: Outcome.FAILED,
}


class TestBilling(OnlineProvider):
    code = CODE
    label: StrOrPromise = _("the test bank")
    __test__ = False  # no test of pytest

    def is_enabled(self) -> bool:
        return bool(settings.BILLING_TEST_PROVIDER)

    def open(self, charge: Charge) -> ChargeEvent:
        test_bank.open_charge(
            gateways.ChargeRequest(
                id=charge.id,
                amount=charge.amount,
                number=charge.invoice_number,
                description=charge.description,
                return_path="",
            )
        )
        return self.fetch(charge)

    def fetch(self, charge: Charge) -> ChargeEvent:
        state = _BANK.fetch(_charge_of(charge))
        outcome = _OUTCOMES.get(state.status, Outcome.PENDING)
        is_known = state.status is not gateways.ChargeStatus.UNKNOWN
        page = reverse(PAGE, urlconf=settings.STORE_URLCONF, args=[charge.id])
        return ChargeEvent(
            charge_id=charge.id,
            outcome=outcome,
            ref=state.ref,
            method=gettext("test bank") if outcome is Outcome.PAID else "",
            reason=state.message,
            pay_url=page if is_known else "",
            payment_ref=state.ref,
            is_closed=state.status is gateways.ChargeStatus.CANCELLED,
            refunded=state.refunded,
        )

    def close(self, charge: Charge) -> ChargeEvent:
        _BANK.cancel(_charge_of(charge))
        return self.fetch(charge)

    def refund(self, charge: Charge, *, key: UUID, amount: Money) -> str:
        request = gateways.RefundRequest(id=key, charge=_charge_of(charge), amount=amount)
        return _BANK.refund(request).ref


def choose(charge_id: UUID, *, pays: bool) -> None:
    """What the owner pressed on the bank's page. Raises `ChargeNotOpen` where it is decided already."""
    state = TestGatewayCharge.State.PAID if pays else TestGatewayCharge.State.DECLINED
    test_bank.choose(test_bank.get_charge(str(charge_id)), state)


def _charge_of(charge: Charge) -> gateways.Charge:
    return gateways.Charge(id=charge.id, amount=charge.amount, gateway_ref=charge.ref)
