from collections.abc import Iterator
from typing import Any

import pytest

from apps.tenancy.context import use_store
from tests.support.paypal_server import PayPalServer, paypal_server
from tests.support.paypal_shop import PayPalShop
from tests.support.paypal_shop import open_shop as open_paypal_shop
from tests.support.razorpay_server import RazorpayServer, razorpay_server
from tests.support.razorpay_shop import RazorpayShop
from tests.support.razorpay_shop import open_shop as open_razorpay_shop
from tests.support.stripe_server import StripeServer, stripe_server
from tests.support.stripe_shop import StripeShop, open_shop


@pytest.fixture
def stripe_at(settings: Any) -> Iterator[StripeServer]:
    """A server of Stripe, to which the settings lead."""
    with stripe_server() as server:
        settings.STRIPE_API_URL = server.url
        yield server


@pytest.fixture
def stripe(in_store: Any, stripe_at: StripeServer) -> StripeShop:
    """The store takes payments by Stripe, with test keys."""
    return open_shop(stripe_at)


@pytest.fixture
def paypal_at(settings: Any) -> Iterator[PayPalServer]:
    """A server of PayPal's sandbox, to which the settings lead."""
    with paypal_server() as server:
        settings.PAYPAL_SANDBOX_API_URL = server.url
        yield server


@pytest.fixture
def dollars(other_store: Any) -> Iterator[Any]:
    """The test runs inside the dollar store: PayPal takes no rupees."""
    with use_store(other_store):
        yield other_store


@pytest.fixture
def paypal(dollars: Any, paypal_at: PayPalServer) -> PayPalShop:
    """The dollar store takes payments by PayPal, with keys of the sandbox."""
    return open_paypal_shop(paypal_at)


@pytest.fixture
def razorpay_at(settings: Any) -> Iterator[RazorpayServer]:
    """A server of Razorpay, to which the settings lead."""
    with razorpay_server() as server:
        settings.RAZORPAY_API_URL = server.url
        yield server


@pytest.fixture
def razorpay(in_store: Any, razorpay_at: RazorpayServer) -> RazorpayShop:
    """The rupee store takes payments by Razorpay, with test keys."""
    return open_razorpay_shop(razorpay_at)
