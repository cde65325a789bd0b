from collections.abc import Callable
from typing import Any

import pytest

from apps.integrations import services as integrations
from apps.tenancy.context import use_store


@pytest.fixture
def connect(system_scope: None) -> Callable[..., str]:
    """Connect a store to a system; the secret of its webhooks."""

    def connect_to(store: Any, kind: str, environment: str = "production") -> str:
        with use_store(store):
            integration = integrations.add_integration(kind=kind, environment=environment)
            return integrations.make_secret(integration=integration)

    return connect_to
