"""Every address of a store, visited with another store's keys. New addresses join by themselves.

Store alpha is filled with things whose every text holds a canary word. Then every URL pattern of the store's and of the
platform's host is called at beta and at the platform with alpha's cookies, tokens and ids, with every method. Nothing may
answer a canary, change a row of alpha, or fail with a 500.
"""

from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client

from tests.support.acting import seeing_all
from tests.support.canary import CANARY, Planted, fingerprint, plant, plant_ticket
from tests.support.routes import addresses

WRITING = ("post", "put", "patch", "delete")


def thief(host: str, planted: Planted) -> Client:
    """A visitor at `host` who has everything alpha ever handed out."""
    client = Client(headers={"host": host, "Authorization": f"Bearer {planted.access_token}"})
    client.raise_request_exception = False
    for name in ("sessionid", "session_alpha", "session_beta", "session_platform"):
        client.cookies[name] = planted.session_key
    client.cookies["cart"] = planted.cart_token
    for name in ("store_refresh", "platform_refresh"):
        client.cookies[name] = planted.refresh_token
    return client


@pytest.fixture
def planted(store: Any, other_store: Any) -> Planted:
    with seeing_all(store):
        found = plant(store)
        plant_ticket(found)
        return found


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("host", "urlconf"),
    [("beta.localhost", settings.STORE_URLCONF), ("localhost", settings.ROOT_URLCONF)],
)
@pytest.mark.parametrize("methods", [("get",), pytest.param(WRITING, marks=pytest.mark.matrix)])
def test_no_address_shows_or_changes_another_stores_things(
    store: Any, planted: Planted, host: str, urlconf: str, methods: tuple[str, ...]
) -> None:
    before = fingerprint(store)
    body = {**planted.as_form(), "refresh": planted.refresh_token, "token": planted.access_token}
    wrong = []
    visited = 0
    for path in addresses(urlconf, planted, most=5 if methods == WRITING else 40):
        for method in methods:
            client = thief(host, planted)
            sent: dict[str, Any] = {} if method == "get" else {"data": body}
            if method != "get":
                sent["content_type"] = "application/json"
            response = getattr(client, method)(
                path, headers={"X-Cart-Token": planted.cart_token}, **sent
            )
            content = (
                b"".join(response.streaming_content) if response.streaming else response.content
            )
            visited += 1
            if response.status_code >= 500:
                wrong.append(f"{method} {path}: {response.status_code}")
            if CANARY.encode() in content:
                wrong.append(f"{method} {path}: shows alpha's things")
    assert wrong == []
    assert visited > 100
    assert fingerprint(store) == before


@pytest.mark.matrix
@pytest.mark.timeout(400)
def test_the_same_addresses_do_show_them_at_home(store: Any, planted: Planted) -> None:
    """The walk would pass if the canaries were nowhere: at alpha they are seen."""
    seen = 0
    for path in addresses(settings.STORE_URLCONF, planted):
        client = thief("alpha.localhost", planted)
        response = client.get(path, headers={"X-Cart-Token": planted.cart_token})
        content = response.getvalue() if response.streaming else response.content
        seen += CANARY.encode() in content
    assert seen >= 11


def test_an_unknown_host_is_answered_404(db: None) -> None:
    for host in (
        "nobody.localhost",
        "evil.example",
        "alpha.localhost.evil.example",
        "a..b",
        "[",
        "ä",
    ):
        assert Client(headers={"host": host}).get("/").status_code == 404


def test_ids_are_uuids_so_that_nobody_counts_stores() -> None:
    from apps.platform.models import Store

    assert isinstance(Store().pk, UUID)
