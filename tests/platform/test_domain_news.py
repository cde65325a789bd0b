"""What owners, staff and operators read about the hosts of stores: mails, the audit log, `manage.py check_domains`."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from apps.accounts.models import Role, User
from apps.common.clock import now
from apps.events.models import AuditEntry
from apps.events.services.delivery import relay_outbox
from apps.notifications.models import SentMail
from apps.platform import services
from apps.platform.claims import CLAIM_LASTS, LAPSES_AFTER, WARNED_AFTER
from apps.platform.models import Domain
from apps.tenancy.context import outside_store, system_scope, use_store
from tests.platform.commands import json_of, refused, run
from tests.support.dns_server import NameServer, name_server

HOST = "shop.tea-house.in"


@pytest.fixture
def names(settings: Any) -> Iterator[NameServer]:
    with name_server() as server:
        settings.DNS_SERVERS = [server.address]
        settings.DOMAIN_TARGETS = ["203.0.113.7"]
        yield server


@pytest.fixture
def owners(store: Any, other_store: Any) -> int:
    """The owners of the first store, one more than before."""
    with use_store(store), system_scope("test"):
        User.objects.create_user("owner@tea-house.in", role=Role.OWNER)
        return User.objects.filter(role=Role.OWNER, is_active=True).count()


def claim(store: Any, **moments: timedelta) -> Domain:
    row = services.claim_domain(store=store, host=HOST)
    return move_back(row, **moments)


def move_back(row: Domain, **moments: timedelta) -> Domain:
    if moments:
        back = {name: now() - passed for name, passed in moments.items()}
        Domain.objects.filter(pk=row.pk).update(**back)
    row.refresh_from_db()
    return row


def prove(names: NameServer, row: Domain) -> Domain:
    names.put(row.record_name, "TXT", row.token)
    return services.check_domain(domain=row)


def mails_of(store: Any) -> list[str]:
    """After two deliveries of the platform's messages."""
    for _time in range(2):
        with outside_store(), system_scope("test"):
            relay_outbox()
    with use_store(store), system_scope("test"):
        found = SentMail.objects.filter(template="host_news").order_by("created_at")
        return [mail.subject for mail in found]


@pytest.fixture
def notes(store: Any) -> Callable[[], list[str]]:
    """What this test leaves in the audit log: tests that commit have left entries of their own."""

    def rows() -> list[AuditEntry]:
        with outside_store(), system_scope("test"):
            found = AuditEntry.objects.filter(action__startswith="store.host_")
            return list(found.order_by("id"))

    known = {entry.pk for entry in rows()}
    return lambda: [entry.action for entry in rows() if entry.pk not in known]


def test_a_claim_that_expires_is_mailed_to_each_owner_once(
    store: Any, names: NameServer, owners: int
) -> None:
    row = claim(store, claimed_at=CLAIM_LASTS)
    for _time in range(2):
        services.check_domain(domain=row)
    assert mails_of(store) == [f"{HOST} is not connected: its record was not found"] * owners


def test_a_lost_record_is_mailed_after_a_day_and_once(
    store: Any, names: NameServer, owners: int
) -> None:
    row = prove(names, claim(store))
    names.remove(row.record_name, "TXT")
    services.check_domain(domain=row)
    assert mails_of(store) == []
    for _time in range(2):
        services.check_domain(domain=move_back(row, lost_at=WARNED_AFTER))
    assert mails_of(store) == [f"The record of {HOST} is missing"] * owners


def test_no_mail_where_the_record_is_back_meanwhile(
    store: Any, names: NameServer, owners: int
) -> None:
    row = prove(names, claim(store))
    names.remove(row.record_name, "TXT")
    services.check_domain(domain=row)
    services.check_domain(domain=move_back(row, lost_at=WARNED_AFTER))
    prove(names, row)
    assert mails_of(store) == []


def test_a_host_that_another_store_proved_is_mailed_and_noted(
    store: Any,
    other_store: Any,
    names: NameServer,
    owners: int,
    notes: Callable[[], list[str]],
) -> None:
    row = move_back(prove(names, claim(store)), lost_at=LAPSES_AFTER)
    prove(names, claim(other_store))
    assert mails_of(store) == [f"{HOST} belongs to another store now"] * owners
    assert notes() == ["store.host_verified", "store.host_released", "store.host_verified"]
    assert str(row.token) not in str(list(AuditEntry.objects.values_list("before", "after")))


def test_the_command_looks_and_says_what_needs_attention(
    store: Any, names: NameServer, notes: Callable[[], list[str]]
) -> None:
    row = claim(store)
    names.put(row.record_name, "TXT", row.token)
    names.put(HOST, "A", "203.0.113.7")
    [found] = json_of("check_domains", "--store", store.slug)
    assert found == {
        "host": HOST,
        "store": "alpha",
        "state": "verified",
        "record": "found",
        "points_here": True,
        "is_bad": False,
    }
    assert notes() == ["store.host_verified"]
    names.remove(row.record_name, "TXT")
    printed, why = refused("check_domains")
    assert HOST in printed
    assert why == "1 host needs attention."
    assert run("check_domains", "--store", "beta").strip() == "0 hosts looked at."


def test_the_command_lists_hosts_with_certificates(
    store: Any, other_store: Any, names: NameServer
) -> None:
    claim(other_store)
    assert run("check_domains", "--certificates").split() == ["alpha.localhost", "beta.localhost"]
    names.put(HOST, "A", "203.0.113.7")
    row = prove(names, claim(store))
    assert HOST in json_of("check_domains", "--certificates", "--store", "alpha")
    assert run("check_domains", "--certificates", "--store", "beta").split() == ["beta.localhost"]
    names.put(HOST, "A", "198.51.100.1")
    services.check_domain(domain=row)
    assert HOST not in run("check_domains", "--certificates")
