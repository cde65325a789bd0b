from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import caches

from tests.easyecom.shop import Shop
from tests.vendors.easyecom import EasyEcomVendor, easyecom_vendor


@pytest.fixture
def vendor(settings: Any) -> Iterator[EasyEcomVendor]:
    """EasyEcom answers at the address of the settings."""
    caches["limits"].clear()
    with easyecom_vendor() as server:
        settings.EASYECOM_API_URL = server.url
        yield server


@pytest.fixture
def shop(store: Any, vendor: EasyEcomVendor) -> Shop:
    """The store at alpha.localhost, connected."""
    return Shop(store, vendor)


@pytest.fixture
def make_shop(vendor: EasyEcomVendor) -> Callable[..., Shop]:
    def make(store: Any, **values: str) -> Shop:
        return Shop(store, vendor, **values)

    return make
