"""The vendors of the demonstration, over HTTP, with the shop that is connected to them."""

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.common.origin import from_command, use_origin
from apps.demo.services.vendors import connect_vendors
from apps.demo.shops import SHOPS
from apps.easyecom.models import Location
from apps.events.models import AuditEntry
from apps.integrations.selectors import is_connected
from apps.platform.models import Store
from apps.platform.selectors import get_store
from apps.tenancy.context import use_store
from tests.vendors.__main__ import make_office_door
from tests.vendors.base import serving
from tests.vendors.office import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    open_office = Office(tmp_path / "vendors.pickle")
    door = make_office_door(open_office, 0)
    open_office.address = f"http://127.0.0.1:{door.server_address[1]}"
    threading.Thread(target=door.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    with serving(open_office.easyecom), serving(open_office.clickpost):
        yield open_office
    door.shutdown()
    door.server_close()


@pytest.fixture
def indian(store: Any) -> Any:
    """The suite's rupee store in the place of the demo's."""
    shop = next(shop for shop in SHOPS if shop.country == "IN")
    Store.objects.filter(pk=store.pk).update(slug=shop.slug)
    return get_store(store.pk)


def test_a_repeated_connection_gives_new_secrets_and_keeps_what_there_is(
    indian: Any, office: Office, system_scope: None
) -> None:
    seen = set()
    for _ in range(2):
        with use_origin(lambda: from_command("vendors")):
            assert connect_vendors(office=office.address) == indian
        seen.add(office.easyecom.hooks["orders"].headers["Access-Token"])
    assert len(seen) == 2
    with use_store(get_store(indian.pk)):  # what it is connected to is a fact of the row
        assert is_connected("easyecom")
        assert is_connected("clickpost")
        assert Location.objects.count() == 1
        assert {entry.action for entry in AuditEntry.objects.all()} == {"demo.connected"}
    assert set(office.easyecom.hooks) == {"orders", "inventory", "tracking"}
    assert set(office.clickpost.hooks) == {"orders", "tracking"}


def test_buttons_move_what_there_is_and_strangers_press_none(office: Office) -> None:
    office.clickpost.book("KS-1", waybill="149")
    _press(office, vendor="clickpost", key="KS-1", verb="pick_up")
    _press(office, vendor="clickpost", key="KS-2", verb="pick_up")
    _press(office, vendor="easyecom", key="x", verb="no such verb")
    assert [each["clickpost_status_code"] for each in office.clickpost.parcels["KS-1"].scans] == [4]
    with pytest.raises(urllib.error.HTTPError, match="403"):
        _press(office, origin="http://evil.example", vendor="clickpost", key="KS-1", verb="fail")
    office.keep()
    again = Office(office.state)
    assert again.clickpost.parcels["KS-1"].waybill == "149"
    assert "KS-1" in again.page()


def test_without_vendors_the_command_says_so(settings: Any) -> None:
    settings.DEMO_VENDORS_URL = ""
    with pytest.raises(CommandError, match="DEMO_VENDORS_URL"):
        call_command("vendors", "connect")


def _press(office: Office, origin: str = "", **pressed: str) -> None:
    headers = {"Origin": origin} if origin else {}
    request = urllib.request.Request(
        f"{office.address}/press", data=urlencode(pressed).encode(), headers=headers
    )
    urllib.request.urlopen(request, timeout=10).close()
