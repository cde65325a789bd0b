"""Which hosts get a certificate: a proxy asks at `/internal/certificate`, and visitors find no page there."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.platform import selectors, services
from apps.platform.models import Domain, Store
from apps.platform.selectors import addresses

PATH = "/internal/certificate"
HOST = "shop.tea-house.in"


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    selectors.forget_addresses()
    yield
    selectors.forget_addresses()


def ask(name: str, *, host: str = "127.0.0.1:8000", **headers: str) -> Any:
    selectors.forget_addresses()
    return Client().get(f"{PATH}?domain={quote(name)}", headers={"host": host, **headers})


def status_of(name: str) -> int:
    status: int = ask(name).status_code
    return status


def change(domain: Domain, **values: Any) -> None:
    Domain.objects.filter(pk=domain.pk).update(**values)


def test_verified_hosts_and_those_of_the_platform_get_one(store: Any, settings: Any) -> None:
    settings.PLATFORM_HOSTS = ["polystore.in"]
    services.add_domain(store=store, host=HOST)
    services.claim_domain(store=store, host="waiting.tea-house.in")
    for name in (HOST, "alpha.localhost", "polystore.in", "SHOP.Tea-House.in", f"{HOST}."):
        answer = ask(name)
        assert (answer.status_code, answer.content) == (200, b"yes\n")
        assert "no-store" in answer["Cache-Control"]
    for name in ("waiting.tea-house.in", "unknown.example", "www.polystore.in", "localhost"):
        assert status_of(name) == 404


@pytest.mark.parametrize(
    ("status", "gets"),
    [
        ("active", True),
        ("suspended", True),
        ("provisioning", False),
        ("archived", False),
        ("deleting", False),
    ],
)
def test_a_store_that_answers_gets_one_if_only_for_the_page_that_says_it_is_closed(
    store: Any, status: str, gets: bool
) -> None:
    Store.objects.filter(pk=store.pk).update(status=status, is_published=False)
    assert (status_of("alpha.localhost") == 200) is gets


@pytest.mark.parametrize(
    ("values", "gets"),
    [
        ({"proof": "record", "points_here": True}, True),
        ({"proof": "record", "points_here": None}, True),
        ({"proof": "record", "points_here": False}, False),
        ({"proof": "staff", "points_here": False}, True),
        ({"status": "taken"}, False),
        ({"status": "expired"}, False),
        ({"status": "waiting"}, False),
    ],
)
def test_a_host_that_points_elsewhere_waits(store: Any, values: dict[str, Any], gets: bool) -> None:
    change(services.add_domain(store=store, host=HOST), **values)
    assert (status_of(HOST) == 200) is gets


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "*",
        "*.localhost",
        ".",
        "..",
        "alpha.localhost:8000",
        "alpha.localhost/",
        "https://alpha.localhost",
        "alpha.localhost\r\nX-Yes: 1",
        "alpha.localhost\x00",
        "alpha.localhost\x00.evil.in",
        "' OR 1=1 --",
        "%",
        "_",
        "a" * 253,
        "a" * 100_000,
        "ä" * 60_000,
        "xn--",
        "xn--a.xn--b",
        "\u202ealpha.localhost",
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
        "[::1]",
        "10.0.0.1",
    ],
)
def test_hostile_names_get_none_and_cost_at_most_a_statement(store: Any, name: str) -> None:
    with CaptureQueriesContext(connections["platform"]) as captured:
        assert status_of(name) == 404
    assert len(captured) <= 1


@pytest.mark.parametrize(
    "query",
    ["", "?domain=", "?domain=alpha.localhost&domain=evil.in", "?Domain=alpha.localhost", "?%00=1"],
)
def test_other_queries_get_none(store: Any, query: str) -> None:
    assert Client().get(f"{PATH}{query}", headers={"host": "web:8000"}).status_code == 404


def test_only_reading_methods_are_answered(store: Any) -> None:
    ways = [("head", 200), ("post", 405), ("put", 405), ("delete", 405)]
    for method, status in ways:
        asked = f"{PATH}?domain=alpha.localhost"
        answer = getattr(Client(), method)(asked, headers={"host": "web"})
        assert answer.status_code == status


def test_a_second_question_costs_no_statement(store: Any) -> None:
    client = Client(headers={"host": "web:8000"})
    for name, status in (("alpha.localhost", 200), ("unknown.example", 404)):
        counts = []
        for _time in range(2):
            with (
                CaptureQueriesContext(connections["platform"]) as platform,
                CaptureQueriesContext(connections["default"]) as stores,
            ):
                assert client.get(f"{PATH}?domain={name}").status_code == status
            assert len(stores) == 0
            counts.append(len(platform))
        assert counts == [1, 0]


@pytest.mark.parametrize(
    ("host", "headers"),
    [
        ("alpha.localhost", {}),
        ("alpha.localhost:8000", {}),
        ("unknown.example", {}),
        ("localhost", {"x-forwarded-for": "198.51.100.1"}),
        ("web:8000", {"x-forwarded-proto": "https"}),
        ("127.0.0.1", {"forwarded": "for=198.51.100.1"}),
        ("alpha.localhost", {"x-forwarded-for": "198.51.100.1"}),
    ],
)
def test_visitors_find_no_page_there(store: Any, host: str, headers: dict[str, str]) -> None:
    answer = ask("alpha.localhost", host=host, **headers)
    assert answer.status_code == 404
    assert answer.content not in (b"yes\n", b"no\n")


def test_a_change_is_known_at_once(store: Any, django_capture_on_commit_callbacks: Any) -> None:
    client = Client(headers={"host": "web:8000"})
    domain = services.claim_domain(store=store, host=HOST)
    assert client.get(f"{PATH}?domain={HOST}").status_code == 404
    with django_capture_on_commit_callbacks(using="platform", execute=True):
        services.verify_domain(domain=domain, reason="By phone")
    assert client.get(f"{PATH}?domain={HOST}").status_code == 200
    with django_capture_on_commit_callbacks(using="platform", execute=True):
        services.remove_domain(domain=domain)
    assert client.get(f"{PATH}?domain={HOST}").status_code == 404


def test_an_address_found_by_its_id_says_nothing_of_certificates(store: Any) -> None:
    selectors.get_store_by_host("alpha.localhost")
    assert addresses.get_address(store_id=store.id).has_certificate is False


def test_https_is_no_condition_for_the_question(settings: Any, store: Any) -> None:
    from config.settings import production

    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = production.SECURE_REDIRECT_EXEMPT
    assert status_of("alpha.localhost") == 200


@pytest.mark.parametrize(
    ("host", "value"),
    [
        (HOST, "max-age=60"),
        ("alpha.localhost", "max-age=60; includeSubDomains; preload"),
        ("localhost", "max-age=60; includeSubDomains; preload"),
    ],
)
def test_a_merchants_host_binds_no_host_below_it_to_https(
    store: Any, settings: Any, host: str, value: str
) -> None:
    services.make_primary(domain=services.add_domain(store=store, host=HOST))
    selectors.forget_addresses()
    settings.SECURE_HSTS_SECONDS = 60
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    for path in ("/", "/", "/health"):
        answer = Client().get(path, headers={"host": host}, secure=True)
        assert answer["Strict-Transport-Security"] == value
