"""Staff hear by one mail that a system is silent or refuses the credentials, and by one that this is over."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from apps.accounts.models import Role
from apps.common.clock import moved_to, now
from apps.inbox import services as inbox
from apps.integrations import services as integrations
from apps.integrations.models import Integration
from apps.integrations.services import watch_connections
from apps.integrations.sweeps import mail_about_silent_systems
from apps.notifications.models import SentMail
from apps.orders.models import Order
from tests.api.shop import make_user
from tests.checkout.shop import make_goods
from tests.fulfilment.parcels import CASH, buy
from tests.support.acting import seeing_all
from tests.support.threads import fails, run_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(store: Any, connect: Callable[..., str]) -> set[str]:
    """Addresses of those who may see integrations. The store is connected to ClickPost for more than a day."""
    people = [make_user(store, role) for role in (Role.OWNER, Role.MANAGER, Role.CATALOG)]
    connect(store, "clickpost")
    with seeing_all(store):
        row = Integration.objects.get()
        integrations.save_config(integration=row, values={"username": "tea", "key": "k" * 20})
        Integration.objects.update(created_at=now() - timedelta(hours=30))
    return {person.email for person in people[:2]}


def mails() -> dict[str, list[str]]:
    """Who got which mails about systems since the last look."""
    rows = SentMail.objects.filter(template__startswith="integration_")
    found: dict[str, list[str]] = {}
    for row in rows.order_by("id"):
        found.setdefault(row.subject, []).append(row.to)
    rows.delete()
    return found


def heard(number: int) -> None:
    inbox.receive(source="clickpost", topic="tracking", body=b"%d" % number)


def test_one_mail_when_it_falls_silent_and_one_when_it_is_heard_again(
    store: Any, staff: set[str]
) -> None:
    with seeing_all(store):
        assert watch_connections() == 0, "no order is open"
        buy(make_goods(), payment_method=CASH)
        assert watch_connections() == 0, "the order is new"
        Order.objects.update(placed_at=now() - timedelta(hours=25))
        assert [watch_connections() for _ in range(3)] == [1, 0, 0]
        found = mails()
        assert list(found) == ["ClickPost is silent"]
        assert set(found["ClickPost is silent"]) == staff
        with moved_to(now() + timedelta(days=3)):
            assert watch_connections() == 0, "the same incident"
            Order.objects.update(fulfilment_state="delivered")
            assert watch_connections() == 0, "nothing was heard, though nothing is open now"
            heard(1)
            assert [watch_connections() for _ in range(2)] == [1, 0]
            found = mails()
            assert list(found) == ["ClickPost is heard again"]
            assert set(found["ClickPost is heard again"]) == staff
            Order.objects.update(fulfilment_state="unfulfilled")
            assert watch_connections() == 0
        with moved_to(now() + timedelta(days=5)):
            assert watch_connections() == 1, "another incident"
            assert list(mails()) == ["ClickPost is silent"]
            integrations.pause_integration(integration=Integration.objects.get())
            heard(2)
            assert watch_connections() == 0, "who pauses knows"


def test_refused_credentials_are_an_incident_until_a_call_works(
    store: Any, staff: set[str]
) -> None:
    fail = partial(integrations.note_failure, kind="clickpost", error="No.")
    with seeing_all(store):
        fail()
        assert watch_connections() == 0, "it may answer at the next try"
        fail(is_refused=True)
        fail()
        assert [watch_connections() for _ in range(2)] == [1, 0]
        [(subject, readers)] = mails().items()
        assert (subject, set(readers)) == ("ClickPost refuses the credentials", staff)
        heard(1)
        assert watch_connections() == 0, "what it sends needs no credentials"
        integrations.note_contact("clickpost")
        assert watch_connections() == 1
        assert list(mails()) == ["ClickPost is heard again"]


def test_a_store_that_is_connected_to_nothing_pays_nothing(
    store: Any, django_assert_num_queries: Any
) -> None:
    with seeing_all(store), django_assert_num_queries(0):
        assert mail_about_silent_systems() == 0


@pytest.mark.matrix
@pytest.mark.django_db(transaction=True)
def test_of_many_processes_one_writes_the_mails(throwaway_store: Any, system_scope: None) -> None:
    make_user(throwaway_store, Role.OWNER)
    with seeing_all(throwaway_store):
        row = integrations.add_integration(kind="clickpost")
        integrations.save_config(integration=row, values={"username": "tea", "key": "k" * 20})
        integrations.note_failure(kind="clickpost", error="No.", is_refused=True)
    throwaway_store.refresh_from_db()
    answers = run_at_once(throwaway_store, [watch_connections] * 6)
    assert fails(answers) == []
    with seeing_all(throwaway_store):
        assert sum(map(len, mails().values())) == 1
