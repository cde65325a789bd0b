"""The real clock is still while a test of billing runs: `moved_to` gives a moment exactly, and so do sums by the second."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from tests.billing.bills import Bills
from tests.billing.making import make_owner, make_seller
from tests.support.stripe_billing import SECRET, WEBHOOK_SECRET, BillingServer, billing_server


@pytest.fixture(autouse=True)
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.fixture
def bills_at(settings: Any) -> Iterator[BillingServer]:
    """A server of Stripe, to which the settings lead, with keys of the platform's own account."""
    with billing_server() as server:
        settings.STRIPE_API_URL = server.url
        settings.BILLING_STRIPE_SECRET_KEY = SECRET
        settings.BILLING_STRIPE_WEBHOOK_SECRET = WEBHOOK_SECRET
        yield server


@pytest.fixture
def bills(store: Any, bills_at: BillingServer, system_scope: None) -> Bills:
    """The store is billed by a seller whose account is there."""
    make_seller()
    make_owner(store)
    return Bills(bills_at, bills_at.bills(), store)
