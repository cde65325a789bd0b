from collections.abc import Iterator
from typing import Any

import pytest

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
