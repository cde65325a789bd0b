"""Entries of the audit log, and the seals in which what was changed, removed or added after its day shows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction

from apps.common.actor import Actor, ActorKind
from apps.common.clock import moved_to, now
from apps.common.ids import new_id
from apps.events.errors import HistoryIsFinal
from apps.events.models import AuditEntry, AuditSeal, OutboxMessage
from apps.events.services import check_seals, record_audit, seal_days
from apps.events.tasks import seal_platform_audit
from apps.tenancy.context import outside_store, use_store
from apps.tenancy.routers import home_alias

pytestmark = pytest.mark.usefixtures("system_scope")

STAFF = Actor(ActorKind.STAFF, new_id(), "mira@example.com")
NOON = datetime(2027, 3, 9, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def test_an_entry_says_who_did_what_to_which_object(in_store: Any) -> None:
    target = OutboxMessage(topic="t", consumer="c")
    entry = record_audit(
        actor=STAFF,
        action="message.replayed",
        target=target,
        before={"state": "dead"},
        after={"state": "pending"},
        ip="203.0.113.9",
    )
    found = AuditEntry.objects.get(target_ref=str(target.pk))
    assert found == entry
    assert (found.actor_kind, found.actor_ref, found.actor_label) == (
        "staff",
        STAFF.id,
        "mira@example.com",
    )
    assert (found.target_type, found.before, found.after, found.ip) == (
        "events.outboxmessage",
        {"state": "dead"},
        {"state": "pending"},
        "203.0.113.9",
    )


def test_entries_stay_in_the_home_where_it_happened(store: Any) -> None:
    with use_store(store):
        record_audit(actor=STAFF, action="test.in_store", target="x")
    with outside_store():
        record_audit(actor=STAFF, action="test.on_platform", target="x")
        assert not AuditEntry.objects.filter(action="test.in_store").exists()
        assert AuditEntry.objects.filter(action="test.on_platform").count() == 1
    with use_store(store):
        assert not AuditEntry.objects.filter(action="test.on_platform").exists()


def test_an_entry_is_never_changed_or_deleted(in_store: Any) -> None:
    entry = record_audit(actor=STAFF, action="test.done", target="x")
    entry.action = "test.undone"
    with pytest.raises(HistoryIsFinal):
        entry.save()
    with pytest.raises(HistoryIsFinal):
        entry.delete()
    with pytest.raises(HistoryIsFinal):
        AuditEntry.objects.filter(pk=entry.pk).update(action="test.undone")
    with pytest.raises(HistoryIsFinal):
        AuditEntry.objects.bulk_update([entry], ["action"])
    with pytest.raises(HistoryIsFinal):
        AuditEntry.objects.all().delete()


@pytest.mark.parametrize("home", ["store", "platform"])
@pytest.mark.parametrize(
    "statement", ["UPDATE events_auditentry SET action = 'x'", "DELETE FROM events_auditentry"]
)
def test_the_database_refuses_too(store: Any, home: str, statement: str) -> None:
    alias = "default" if home == "store" else "platform"
    with use_store(store) if home == "store" else outside_store():
        record_audit(actor=STAFF, action="test.done", target="x")
        with (
            pytest.raises(DatabaseError, match="never changed"),
            transaction.atomic(using=alias),
            connections[alias].cursor() as cursor,
        ):
            cursor.execute(statement)
        assert AuditEntry.objects.filter(action="test.done").count() == 1


@pytest.fixture
def sealed(in_store: Any) -> None:
    """Two days with entries, one without, all sealed on the fourth."""
    for back, count in ((3, 2), (1, 3)):
        with moved_to(NOON - back * DAY):
            for number in range(count):
                record_audit(
                    actor=STAFF,
                    action="test.done",
                    target=f"x{number}",
                    after={"price": "1.10", "n": 1},
                )
    with moved_to(NOON):
        record_audit(actor=STAFF, action="test.done", target="today")
        assert seal_days() == AuditSeal.objects.count() >= 2
        assert seal_days() == 0


def test_days_that_are_over_are_sealed_once_and_fit(sealed: None) -> None:
    newest, older = AuditSeal.objects.all()[:2]
    assert (newest.entries, newest.previous) == (3, older.digest)
    assert newest.on == (NOON - DAY).date()
    assert check_seals() == []


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("DELETE FROM events_auditentry WHERE target_ref = 'x2'", "3 entries were sealed, 2 are there."),
        ("UPDATE events_auditentry SET actor_label = 'other' WHERE target_ref = 'x2'", "an entry was changed after it was sealed."),
        ("DELETE FROM events_auditseal WHERE on_day", "the seal before it is missing or differs."),
    ],
)  # fmt: skip
def test_what_was_done_past_the_triggers_shows(sealed: None, statement: str, reason: str) -> None:
    first = AuditSeal.objects.order_by("on").first()
    assert first is not None
    statement = statement.replace("on_day", f"id = '{first.pk}'")
    past_the_triggers(statement)
    assert reason in [fault.reason for fault in check_seals()]


def past_the_triggers(statement: str) -> None:
    with connections[home_alias()].cursor() as cursor:
        for table in ("events_auditentry", "events_auditseal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        for table in ("events_auditentry", "events_auditseal"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_an_entry_that_is_added_to_a_sealed_day_shows(sealed: None) -> None:
    with moved_to(NOON - DAY):
        record_audit(actor=STAFF, action="test.done", target="late")
    (fault,) = check_seals()
    assert str(fault) == "2027-03-08: 3 entries were sealed, 4 are there."


def test_a_day_is_sealed_when_the_last_of_it_has_committed(in_store: Any) -> None:
    with moved_to(NOON):
        record_audit(actor=STAFF, action="test.done", target="x")
    with moved_to(datetime(2027, 3, 10, 5, 59, tzinfo=UTC)):
        seal_days()
        assert not AuditSeal.objects.filter(on=NOON.date()).exists()
    with moved_to(datetime(2027, 3, 10, 6, 1, tzinfo=UTC)):
        seal_days()
        assert AuditSeal.objects.get(on=NOON.date())


def test_the_platform_has_a_chain_of_its_own(in_store: Any) -> None:
    with outside_store():
        record_audit(actor=STAFF, action="test.done", target="platform")
        with moved_to(now() + 2 * DAY):
            seal_platform_audit()
            assert check_seals() == []
            assert AuditSeal.objects.exists()
    assert not AuditSeal.objects.exists()
    assert AuditEntry.objects.filter(target_ref="platform").count() == 0
