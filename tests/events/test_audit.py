from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction

from apps.common.actor import Actor, ActorKind
from apps.common.ids import new_id
from apps.events.errors import HistoryIsFinal
from apps.events.models import AuditEntry, OutboxMessage
from apps.events.services import record_audit
from apps.tenancy.context import outside_store, use_store

pytestmark = pytest.mark.usefixtures("system_scope")

STAFF = Actor(ActorKind.STAFF, new_id(), "mira@example.com")


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
