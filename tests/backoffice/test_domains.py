"""The page of a store's hosts, and verifying one by hand on the platform."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role, User
from apps.common.clock import now
from apps.platform import selectors, services
from apps.platform.dead_ends import dead_end, list_dead_ends
from apps.platform.models import Domain, Store
from apps.tenancy.context import use_store
from tests.api.shop import make_user
from tests.backoffice.sessions import PASSWORD, log_in, rename_session
from tests.support.databases import lift_limits
from tests.support.dns_server import NameServer, name_server

PAGE = "/admin/domains/"
HOST = "shop.tea-house.in"


@pytest.fixture
def names(settings: Any) -> Iterator[NameServer]:
    with name_server() as server:
        settings.DNS_SERVERS = [server.address]
        settings.DOMAIN_TARGETS = ["shops.polystore.in", "203.0.113.7", "2001:db8::7"]
        yield server
    selectors.forget_addresses()


@pytest.fixture
def staff_of(client_for: Callable[..., Client]) -> Callable[..., Client]:
    def enter(store: Any, role: Role = Role.OWNER) -> Client:
        client = client_for(store)
        person = make_user(store, role)
        with use_store(store):
            client.force_login(person)
        return rename_session(client, f"session_{store.slug}")

    return enter


def claim(store: Any) -> Domain:
    return services.claim_domain(store=store, host=HOST)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_from_the_empty_page_to_the_primary_domain(
    store: Any, names: NameServer, staff_of: Callable[..., Client]
) -> None:
    lift_limits(store, max_custom_domains=2)
    owner = staff_of(store)
    page = text(owner.get(PAGE))
    assert "No domain of your own yet" in page
    assert "0 of 2 domains of your plan are used." in page
    page = text(owner.post(PAGE, {"host": "Shop.Tea-House.IN"}, follow=True))
    row = Domain.objects.get(domain=HOST)
    for shown in (f"_polystore.{HOST}", row.token, "CNAME", "shops.polystore.in", "1 of 2 domains"):
        assert shown in page
    assert "waiting for its record" in page
    own = f"{PAGE}{row.pk}/"
    assert "not found yet" in text(owner.post(f"{own}check/", follow=True))
    assert "a moment ago" in text(owner.post(f"{own}check/", follow=True))
    assert "not verified yet" in text(owner.post(f"{own}primary/", follow=True))
    names.put(row.record_name, "TXT", row.token)
    names.put(HOST, "CNAME", "shops.polystore.in")
    Domain.objects.update(checked_at=None)
    assert f"{HOST} is verified." in text(owner.post(f"{own}check/", follow=True))
    page = text(owner.post(f"{own}primary/", follow=True))
    assert f"The pages of the shop are at {HOST} now." in page
    assert "can&#x27;t be removed" in text(owner.post(f"{own}remove/", follow=True))
    former = Domain.objects.get(domain="alpha.localhost")
    owner.post(f"{PAGE}{former.pk}/primary/")
    assert f"{HOST} is removed." in text(owner.post(f"{own}remove/", follow=True))
    assert owner.post(f"{PAGE}{former.pk}/remove/").status_code == 404


def test_a_name_that_was_registered_as_it_is_gets_addresses(
    store: Any, names: NameServer, staff_of: Callable[..., Client]
) -> None:
    services.claim_domain(store=store, host="tea-house.co.in")
    page = text(staff_of(store).get(PAGE))
    assert "203.0.113.7" in page
    assert "AAAA" in page
    assert "CNAME" not in page


@pytest.mark.parametrize(
    ("host", "says"),
    [
        ("co.in", "Names are registered below co.in"),
        ("127.0.0.1", "An IP address is no host"),
        ("*.tea.in", "This is not a host"),
        ("x.alpha.localhost", "reached from the internet"),
        ("", "This field is required"),
        ("<script>alert(1)</script>.in", "without https:// and path"),
    ],
)
def test_what_is_refused_is_said_beside_the_field(
    store: Any, names: NameServer, staff_of: Callable[..., Client], host: str, says: str
) -> None:
    answer = staff_of(store).post(PAGE, {"host": host})
    assert answer.status_code == 200
    assert says in text(answer)
    assert "<script>alert" not in text(answer)


def test_the_plans_limit_is_said_in_words(
    store: Any, names: NameServer, staff_of: Callable[..., Client]
) -> None:
    lift_limits(store, max_custom_domains=0)
    assert "limits custom domains to 0" in text(staff_of(store).post(PAGE, {"host": HOST}))


def test_only_owners_change_domains(
    store: Any, other_store: Any, names: NameServer, staff_of: Callable[..., Client]
) -> None:
    row = claim(store)
    own = f"{PAGE}{row.pk}/"
    manager = staff_of(store, Role.MANAGER)
    assert HOST in text(manager.get(PAGE))
    assert "Check now" not in text(manager.get(PAGE))
    for address in (PAGE, f"{own}check/", f"{own}primary/", f"{own}remove/"):
        assert manager.post(address, {"host": "a.tea.in"}).status_code == 403
    assert staff_of(store, Role.FULFILMENT).get(PAGE).status_code == 403
    stranger = staff_of(other_store)
    assert HOST not in text(stranger.get(PAGE))
    for step in ("check", "primary", "remove"):
        assert stranger.post(f"{own}{step}/").status_code == 404
        assert staff_of(store).get(f"{own}{step}/")["Location"] == PAGE
    assert staff_of(store).post(f"{own}steal/").status_code == 404
    assert Domain.objects.get(pk=row.pk).status == "waiting"


def test_in_a_suspended_store_owners_look_and_change_nothing(
    store: Any, names: NameServer, staff_of: Callable[..., Client]
) -> None:
    owner = staff_of(store)
    claim(store)
    Store.objects.filter(pk=store.pk).update(status="suspended", suspension_reason="Not paid")
    selectors.forget_addresses()
    assert "Check now" not in text(owner.get(PAGE))
    assert owner.post(PAGE, {"host": "b.tea.in"}).status_code == 403


def test_a_lost_record_needs_a_decision_until_it_is_back(
    store: Any, other_store: Any, names: NameServer, staff_of: Callable[..., Client]
) -> None:
    row = claim(store)
    names.put(row.record_name, "TXT", row.token)
    services.check_domain(domain=row)
    names.remove(row.record_name, "TXT")
    services.check_domain(domain=row)
    Domain.objects.update(checked_at=None)
    owner = staff_of(store)
    assert "record missing" in text(owner.get(PAGE))
    decisions = "/admin/orders/order/decisions/"
    assert row.record_name in text(owner.get(decisions))
    assert HOST not in text(staff_of(other_store).get(decisions))
    address = f"{decisions}hosts.lost/{row.pk}/"
    assert "is not settled" in text(owner.post(address, follow=True))
    names.put(row.record_name, "TXT", row.token)
    Domain.objects.update(checked_at=None)
    assert "Done." in text(owner.post(address, follow=True))
    with use_store(store):
        assert list_dead_ends(dead_end.items()["hosts.lost"]) == []


@pytest.fixture
def operator(db: None, client_for: Callable[..., Client]) -> Client:
    person = User.objects.create_superuser("ops@platform.example", PASSWORD)
    return log_in(client_for(None), person)


def test_the_platform_verifies_by_hand_with_a_reason(
    store: Any, names: NameServer, operator: Client
) -> None:
    row = claim(store)
    page = f"/admin/platform/domain/{row.pk}/"
    shown = text(operator.get(f"{page}change/"))
    assert "waiting for its record" in shown
    assert row.token not in shown
    assert "waiting for its record" in text(operator.get("/admin/platform/domain/"))
    assert "required" in text(operator.post(f"{page}verify/", {"reason": " "}))
    done = operator.post(f"{page}verify/", {"reason": "By phone"}, follow=True)
    assert f"{HOST} is verified." in text(done)
    Domain.objects.filter(pk=row.pk).update(lost_at=now())
    assert "record missing" in text(operator.get("/admin/platform/domain/"))


def test_the_platform_reads_why_a_host_can_not_be_verified(
    store: Any, other_store: Any, names: NameServer, operator: Client
) -> None:
    row = claim(store)
    services.add_domain(store=other_store, host=HOST)
    answer = operator.post(f"/admin/platform/domain/{row.pk}/verify/", {"reason": "By phone"})
    assert "already used by another store" in text(answer)
