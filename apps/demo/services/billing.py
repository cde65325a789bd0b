"""What the demo's Indian shop pays the platform: a trial that has ended, one invoice that is paid and one that is open."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from apps.billing import services as billing
from apps.billing.models import Invoice, Seller
from apps.billing.selectors import find_subscription
from apps.common.clock import moved_to, now
from apps.demo.shops import Shop
from apps.insight.models import ExchangeRate
from apps.platform.models import Store, Subscription
from apps.platform.states import SubscriptionStatus
from apps.tenancy.context import outside_store

_TRIAL_ENDED: Final = timedelta(days=33)
_PAID: Final = timedelta(days=29)
_RATES: Final = {"INR": "0.012", "EUR": "1.1"}


def make_seller() -> None:
    """The company that runs the demo. The account does not exist."""
    Seller.objects.get_or_create(
        key="platform",
        defaults={
            "legal_name": "Polystore Demo Pvt Ltd",
            "line1": "12 Residency Road",
            "city": "Bengaluru",
            "postal_code": "560025",
            "region": "KA",
            "country": "IN",
            "tax_number": "29AAGCB7383J1Z4",
            "email": "billing@polystore.example",
            "bank_details": "Polystore Demo Pvt Ltd, Example Bank, account 0000 0000 0000, IFSC EXMP0000001",
            "signatory": "A. Example",
        },
    )


def make_rates() -> None:
    """So that the figures of all stores are one amount. The rates are examples."""
    for currency, rate in _RATES.items():
        ExchangeRate.objects.get_or_create(
            currency=currency, on=date(2020, 1, 1), defaults={"rate": Decimal(rate)}
        )


def make_bills(*, shop: Shop, store: Store) -> None:
    """Once: a store whose trial runs has none."""
    with outside_store():
        subscription = find_subscription(store.pk)
        is_fresh = subscription is not None and subscription.status == SubscriptionStatus.TRIAL
        if shop.country != "IN" or subscription is None or not is_fresh:
            return
        ended = now() - _TRIAL_ENDED
        Subscription.objects.filter(pk=subscription.pk).update(trial_ends_at=ended, due_at=ended)
        with moved_to(ended):
            billing.take_due_steps()
        first = Invoice.objects.filter(store=store).first()
        if first is not None:
            with moved_to(now() - _PAID):
                billing.mark_paid(invoice=first, reference="UTR 4417 2093 1185")
        billing.take_due_steps()
