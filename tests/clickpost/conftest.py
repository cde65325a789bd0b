from collections.abc import Iterator
from typing import Any

import pytest

from apps.clickpost.codes import forget_codes
from apps.tenancy.context import use_store
from tests.clickpost.desk import connect_store
from tests.vendors.clickpost import ClickPostVendor, clickpost_vendor


@pytest.fixture
def vendor(settings: Any) -> Iterator[ClickPostVendor]:
    """ClickPost, with its two hosts and the one for dates."""
    with clickpost_vendor() as server:
        settings.CLICKPOST_API_URL = settings.CLICKPOST_TEST_API_URL = server.url
        settings.CLICKPOST_DATE_API_URL = server.url
        settings.CLICKPOST_TIMEOUT_SECONDS = 2.0
        forget_codes()
        yield server
        forget_codes()


@pytest.fixture
def desk(store: Any, system_scope: None, vendor: ClickPostVendor) -> Iterator[ClickPostVendor]:
    """Inside a store that is connected, with a warehouse whose address carriers find."""
    with use_store(store):
        connect_store(vendor)
    store.refresh_from_db()
    with use_store(store):
        yield vendor


@pytest.fixture
def unconnected(in_store: Any, system_scope: None, vendor: ClickPostVendor) -> ClickPostVendor:
    """Inside a store that is connected to nothing."""
    return vendor
