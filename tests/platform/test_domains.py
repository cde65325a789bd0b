"""Hosts of merchants: claimed by many, answered on for the first store that proves it."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client

from apps.common.clock import now
from apps.common.errors import Conflict, InvalidInput
from apps.platform import selectors, services
from apps.platform.claims import CLAIM_LASTS, LAPSES_AFTER, SHOWN_FOR, WARNED_AFTER, next_look
from apps.platform.errors import HostLookedAt, HostTaken, PlanLimitReached
from apps.platform.models import Domain, DomainProof, Finding
from apps.platform.selectors.usage import count_custom_domains
from apps.platform.states import DomainStatus
from tests.support.databases import lift_limits
from tests.support.dns_server import NameServer, name_server
from tests.support.threads import fails, run_at_once

HOST = "shop.tea-house.in"
TARGET = "shops.polystore.example"


@pytest.fixture
def names(settings: Any) -> Iterator[NameServer]:
    with name_server() as server:
        settings.DNS_SERVERS = [server.address]
        settings.DOMAIN_TARGETS = [TARGET, "203.0.113.9"]
        server.put(TARGET, "A", "203.0.113.7")
        yield server
    selectors.forget_addresses()


def claim(store: Any, host: str = HOST) -> Domain:
    return services.claim_domain(store=store, host=host)


def prove(names: NameServer, *domains: Domain) -> None:
    """Write the records of these claims."""
    names.put(domains[0].record_name, "TXT", *(domain.token for domain in domains))


def back(domain: Domain, **moments: timedelta) -> Domain:
    Domain.objects.filter(pk=domain.pk).update(
        **{name: now() - passed for name, passed in moments.items()}
    )
    domain.refresh_from_db()
    return domain


def status_of(domain: Domain) -> str:
    domain.refresh_from_db()
    return domain.status


def ask(host: str, path: str = "/") -> Any:
    selectors.forget_addresses()
    return Client().get(path, headers={"host": host})


def test_a_claim_is_an_unknown_host_until_its_record_is_found(
    store: Any, names: NameServer, django_capture_on_commit_callbacks: Any
) -> None:
    domain = claim(store)
    assert (domain.status, domain.is_primary, domain.proof) == ("waiting", False, "")
    for path in ("/", "/api/v1/products", "/admin/login/"):
        assert ask(HOST, path).status_code == 404
    assert services.check_domain(domain=domain).finding == Finding.ABSENT
    names.put(domain.record_name, "TXT", "google-site-verification=x", f" {domain.token} ")
    with django_capture_on_commit_callbacks(using="platform", execute=True):
        found = services.check_domain(domain=domain)
    assert (found.status, found.proof) == (DomainStatus.VERIFIED, DomainProof.RECORD)
    answer = Client().get("/search/?q=chai", headers={"host": HOST})  # it was remembered as unknown
    assert answer["Location"] == "http://alpha.localhost:8000/search/?q=chai"
    assert ask(HOST, "/api/v1/products").status_code == 200


@pytest.mark.parametrize(
    ("values", "finding"),
    [
        ([], Finding.ABSENT),
        (["polystore-of-another-store"], Finding.OTHER),
        ([""], Finding.OTHER),
        (["x" * 200] * 60, Finding.OTHER),
    ],
)
def test_another_record_proves_nothing(
    store: Any, names: NameServer, values: list[str], finding: Finding
) -> None:
    domain = claim(store)
    if values:
        names.put(domain.record_name, "TXT", *values)
    found = services.check_domain(domain=domain)
    assert (found.status, found.finding) == (DomainStatus.WAITING, finding)


def test_the_record_of_another_stores_claim_proves_nothing(
    store: Any, other_store: Any, names: NameServer
) -> None:
    ours, theirs = claim(store), claim(other_store)
    assert ours.token != theirs.token
    prove(names, theirs)
    assert services.check_domain(domain=ours).status == DomainStatus.WAITING
    assert services.check_domain(domain=theirs).is_verified
    assert status_of(ours) == DomainStatus.TAKEN
    assert selectors.get_store_by_host(HOST).store.id == other_store.id
    with pytest.raises(HostTaken):
        claim(store)
    assert count_custom_domains(store.id) == 0
    prove(names, ours)
    assert services.check_domain(domain=ours).status == DomainStatus.TAKEN


@pytest.mark.parametrize("kind", ["silent", "broken"])
def test_silent_name_servers_change_nothing(store: Any, names: NameServer, kind: str) -> None:
    domain = claim(store)
    prove(names, domain)
    services.check_domain(domain=domain)
    getattr(names, kind).add(domain.record_name)
    found = services.check_domain(domain=domain)
    assert (found.finding, found.is_verified, found.lost_at) == (Finding.SILENT, True, None)


def test_without_a_name_server_nothing_fails(store: Any, settings: Any) -> None:
    settings.DNS_SERVERS = ["127.0.0.1:9"]
    found = services.check_domain(domain=claim(store))
    assert (found.status, found.finding) == (DomainStatus.WAITING, Finding.SILENT)


REFUSED = [
    "",
    "localhost",
    "shop",
    "shop.localhost",
    "printer.local",
    "10.1.2.3",
    "127.1",
    "1.2.3.4.5",
    "[::1]",
    "*.tea.in",
    "tea_house.in",
    "co.in",
    "in",
    "github.io",
    "xn--h2brj9c",
    "alpha.localhost",
    "beta.localhost",
    TARGET,
    f"x.{TARGET}",
    f"{'a' * 60}.{'b' * 60}.{'c' * 60}.{'d' * 58}.in",
    "https://tea.in/",
    "tea.in:8000",
    "tea..in",
    "tea in",
    "tea.in\n.evil.in",
]


@pytest.mark.parametrize("host", REFUSED)
def test_hosts_that_no_merchant_can_have_are_refused(
    store: Any, names: NameServer, host: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        claim(store, host)
    assert refused.value.fields.keys() == {"host"}
    assert Domain.objects.filter(tenant=store).count() == 1


def test_the_platforms_hosts_and_those_below_the_stores_domain_are_refused(
    store: Any, settings: Any
) -> None:
    settings.PLATFORM_HOSTS = ["polystore.in"]
    settings.STORE_DOMAIN = "shops.in"
    for host in ("polystore.in", "www.polystore.in", "free.shops.in", "shops.in"):
        with pytest.raises(InvalidInput):
            claim(store, host)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Shop.Tea-House.IN.", HOST), ("मसाला.भारत", "xn--r2biryb.xn--h2brj9c")],
)
def test_names_of_any_script_are_kept_in_one_form(store: Any, typed: str, kept: str) -> None:
    domain = claim(store, typed)
    assert domain.domain == kept
    assert claim(store, domain.domain).pk == domain.pk


def test_claims_count_towards_the_plans_limit(store: Any) -> None:
    lift_limits(store, max_custom_domains=2)
    first, second = claim(store, "one.tea.in"), claim(store, "two.tea.in")
    assert claim(store, "two.tea.in") == second
    with pytest.raises(PlanLimitReached):
        claim(store, "three.tea.in")
    services.remove_domain(domain=first)
    services.remove_domain(domain=first)
    claim(store, "three.tea.in")


def test_a_claim_that_is_over_comes_back_within_the_limit_only(
    store: Any, names: NameServer
) -> None:
    lift_limits(store, max_custom_domains=1)
    over = back(claim(store, "one.tea.in"), claimed_at=CLAIM_LASTS)
    assert services.check_domain(domain=over).status == DomainStatus.EXPIRED
    claim(store, "two.tea.in")
    prove(names, over)
    with pytest.raises(PlanLimitReached):
        services.check_domain(domain=over)
    assert status_of(over) == DomainStatus.EXPIRED


def test_a_host_of_another_store_is_refused(store: Any, other_store: Any) -> None:
    services.add_domain(store=other_store, host=HOST)
    with pytest.raises(HostTaken):
        claim(store)
    with pytest.raises(HostTaken):
        services.add_domain(store=store, host=HOST)


def test_hosts_that_staff_add_are_verified_and_end_others_claims(
    store: Any, other_store: Any
) -> None:
    theirs = claim(other_store)
    ours = claim(store)
    added = services.add_domain(store=store, host=HOST)
    assert (added.pk, added.is_verified, added.proof) == (ours.pk, True, DomainProof.STAFF)
    assert status_of(theirs) == DomainStatus.TAKEN
    with pytest.raises(HostTaken):
        services.verify_domain(domain=theirs, reason="By phone")


def test_staff_verify_by_hand_with_a_reason(store: Any, names: NameServer) -> None:
    domain = claim(store)
    with pytest.raises(InvalidInput):
        services.verify_domain(domain=domain, reason=" ")
    assert services.verify_domain(domain=domain, reason="Behind a proxy").is_verified
    found = services.check_domain(domain=domain)  # no record is asked for
    assert (found.is_verified, found.lost_at) == (True, None)
    assert not any(kind == "TXT" for _name, kind in names.asked)


def test_only_a_verified_host_becomes_primary(store: Any, names: NameServer) -> None:
    domain = claim(store)
    with pytest.raises(Conflict):
        services.make_primary(domain=domain)
    prove(names, domain)
    services.check_domain(domain=domain)
    services.make_primary(domain=services.make_primary(domain=domain))
    selectors.forget_addresses()
    assert selectors.store_url(store) == f"http://{HOST}:8000/"
    assert ask("alpha.localhost")["Location"] == f"http://{HOST}:8000/"
    with pytest.raises(Conflict):
        services.remove_domain(domain=Domain.objects.get(pk=domain.pk))


def test_a_claim_is_looked_at_at_growing_distances_and_expires(
    store: Any, names: NameServer
) -> None:
    domain = claim(store)
    moment = now()
    distances = []
    for passed in (1, 10, 60, 600, 6000):
        domain.claimed_at = moment - timedelta(minutes=passed)
        distances.append((next_look(domain, moment) - moment).total_seconds() / 60)  # type: ignore[operator]
    assert distances == [2, 5, 30, 300, 360]
    back(domain, next_check_at=timedelta(0), claimed_at=timedelta(hours=1))
    services.take_due_checks()
    assert services.take_due_checks() == 0
    assert [name for name, kind in names.asked if kind == "TXT"] == [domain.record_name]
    back(domain, next_check_at=timedelta(0), claimed_at=CLAIM_LASTS)
    services.take_due_checks()
    assert status_of(domain) == DomainStatus.EXPIRED
    due = Domain.objects.get(pk=domain.pk, next_check_at__gt=now() + SHOWN_FOR - timedelta(hours=1))
    assert due == domain
    token = domain.token
    assert (claim(store).pk, status_of(domain), domain.token) == (domain.pk, "waiting", token)


def test_what_came_to_nothing_is_deleted_in_the_end(store: Any, names: NameServer) -> None:
    domain = back(claim(store), claimed_at=CLAIM_LASTS, next_check_at=timedelta(0))
    services.take_due_checks()
    back(domain, next_check_at=timedelta(0))
    services.take_due_checks()
    assert not Domain.objects.filter(pk=domain.pk).exists()


def test_a_lost_record_is_a_warning_and_after_weeks_the_next_owner_may_prove_the_host(
    store: Any, other_store: Any, names: NameServer
) -> None:
    ours = claim(store)
    prove(names, ours)
    services.check_domain(domain=ours)
    services.make_primary(domain=ours)
    names.remove(ours.record_name, "TXT")
    found = services.check_domain(domain=ours)
    assert (found.is_verified, found.warned_at) == (True, None)
    assert found.lost_at is not None
    with pytest.raises(HostTaken):
        claim(other_store)
    back(ours, lost_at=WARNED_AFTER)
    assert services.check_domain(domain=ours).warned_at is not None
    back(ours, lost_at=LAPSES_AFTER)
    theirs = claim(other_store)
    assert status_of(ours) == DomainStatus.VERIFIED
    prove(names, theirs)
    assert services.check_domain(domain=theirs).is_verified
    ours.refresh_from_db()
    assert (ours.status, ours.is_primary) == (DomainStatus.TAKEN, False)
    selectors.forget_addresses()
    assert selectors.get_store_by_host(HOST).store.id == other_store.id
    assert selectors.store_url(store) == "http://alpha.localhost:8000/"


def test_a_record_that_is_back_ends_the_warning(store: Any, names: NameServer) -> None:
    domain = claim(store)
    prove(names, domain)
    services.check_domain(domain=domain)
    names.put(domain.record_name, "TXT", "something else")
    assert services.check_domain(domain=domain).lost_at is not None
    prove(names, domain)
    assert services.check_domain(domain=domain).lost_at is None


def test_a_store_whose_only_host_is_taken_goes_on_at_the_platforms(
    store: Any, other_store: Any, names: NameServer
) -> None:
    ours = claim(store)
    prove(names, ours)
    services.make_primary(domain=services.check_domain(domain=ours))
    Domain.objects.filter(tenant=store).exclude(pk=ours.pk).delete()
    back(ours, lost_at=LAPSES_AFTER)
    theirs = claim(other_store)
    prove(names, theirs)
    services.check_domain(domain=theirs)
    assert ask("alpha.localhost").status_code == 200


POINTERS: list[tuple[dict[str, list[str]], bool]] = [
    ({}, False),
    ({"CNAME": [TARGET]}, True),
    ({"A": ["203.0.113.7"]}, True),
    ({"A": ["203.0.113.7", "203.0.113.9"]}, True),
    ({"A": ["203.0.113.7", "198.51.100.1"]}, False),
    ({"A": ["203.0.113.7"], "AAAA": ["2001:db8::1"]}, False),
    ({"CNAME": ["elsewhere.example"]}, False),
]


@pytest.mark.parametrize(("records", "is_here"), POINTERS)
def test_where_a_host_points(
    store: Any, names: NameServer, records: dict[str, list[str]], is_here: bool
) -> None:
    for kind, values in records.items():
        names.put(HOST, kind, *values)
    domain = claim(store)
    assert services.check_domain(domain=domain).points_here is is_here
    names.silent.add(HOST)
    names.silent.add(TARGET)
    assert services.check_domain(domain=domain).points_here is is_here


def test_without_targets_it_is_not_known_where_a_host_points(
    store: Any, names: NameServer, settings: Any
) -> None:
    settings.DOMAIN_TARGETS = []
    assert services.check_domain(domain=claim(store)).points_here is None


def test_people_look_at_most_every_few_seconds(store: Any, names: NameServer) -> None:
    domain = claim(store)
    services.check_now(domain=domain)
    asked = len(names.asked)
    with pytest.raises(HostLookedAt):
        services.check_now(domain=domain)
    assert len(names.asked) == asked
    services.check_now(domain=back(domain, checked_at=timedelta(minutes=1)))


def test_a_claim_that_was_removed_meanwhile_is_not_written(store: Any, names: NameServer) -> None:
    domain = claim(store)
    prove(names, domain)
    services.remove_domain(domain=domain)
    services.check_domain(domain=domain)
    again = claim(store)
    assert services.check_domain(domain=domain).status == DomainStatus.WAITING
    assert again.token != domain.token


@pytest.mark.django_db(transaction=True)
def test_of_two_stores_that_prove_a_host_at_once_one_gets_it(
    throwaway_store: Any, names: NameServer
) -> None:
    from apps.platform.models import Store

    rival = Store.objects.get(slug="beta")
    ours, theirs = claim(throwaway_store), claim(rival)
    prove(names, ours, theirs)
    try:
        answers = run_at_once(
            throwaway_store,
            [partial(services.check_domain, domain=row) for row in (ours, theirs) * 3],
        )
        assert fails(answers) == []
        rows = Domain.objects.filter(domain=HOST)
        assert sorted(rows.values_list("status", flat=True)) == ["taken", "verified"]
        winner = rows.get(status=DomainStatus.VERIFIED)
        assert selectors.get_store_by_host(HOST).store.id == winner.tenant_id
    finally:
        Domain.objects.filter(domain=HOST).delete()


@pytest.mark.django_db(transaction=True)
def test_of_many_claims_at_once_the_plan_allows_as_many_as_it_says(throwaway_store: Any) -> None:
    lift_limits(throwaway_store, max_custom_domains=2)
    calls = [partial(claim, throwaway_store, f"tea-{n}.example.in") for n in range(6)]
    refused = fails(run_at_once(throwaway_store, calls))
    assert [type(error) for error in refused] == [PlanLimitReached] * 4


@pytest.mark.django_db(transaction=True)
def test_one_store_claims_one_host_once_though_it_asks_twice_at_once(throwaway_store: Any) -> None:
    answers = run_at_once(throwaway_store, [partial(claim, throwaway_store)] * 4)
    assert len({row.pk for row in answers}) == 1
