"""An upgrade with rows: events of payment providers, kept in a table of their own once, arrive whole in the one inbox."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from apps.common.clock import now
from apps.common.ids import new_id
from apps.inbox import services as inbox
from apps.inbox.models import InboxMessage
from apps.placements.kinds import placement_of
from apps.placements.release.replaying import MigrationMethod
from apps.placements.release.template import build_template
from apps.provisioning.services.migrating import migrate_stores
from tests.support.acting import seeing_all
from tests.support.databases import close_store, open_store
from tests.support.releases import ADD_COLUMN, Release, code_before, nobody_else

pytestmark = [
    pytest.mark.matrix,
    pytest.mark.timeout(600),
    pytest.mark.django_db(transaction=True),
]
TABLE = "gateways_gatewayevent"
COLUMNS = ("id", "gateway", "event_id", "kind", "charge_ref", "payload", "received_at", "handled_at", "attempts", "last_error")  # fmt: skip
INSERT = f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) VALUES ({', '.join(['%s'] * len(COLUMNS))})"
WHEN = now().replace(microsecond=123456) - timedelta(days=3)
HANDLED = WHEN + timedelta(seconds=40)
# event, payload, handled, attempts, error; the state it has now, and its attempts
EVENTS: list[tuple[str, str, datetime | None, int, str, str, int]] = [
    ("evt_done", '{"id": "evt_done", "name": "चाय ☕ 茶"}', HANDLED, 1, "", "done", 1),
    ("evt_waits", '{"id":  "evt_waits"}', None, 3, "The bank was down.", "waiting", 3),
    ("evt_dead", "x" * 70_000, None, 15, "Not JSON.\nAt all.", "dead", 12),
    ("evt_empty", "", HANDLED, 12, "It was late.", "done", 12),
]


def rows_of_before() -> list[tuple[Any, ...]]:
    return [
        (new_id(), "stripe", event, "payment_intent.succeeded", f"pi_{event}", payload, WHEN, handled, attempts, error)
        for event, payload, handled, attempts, error, _state, _now in EVENTS
    ]  # fmt: skip


def assert_arrived() -> None:
    """Every event is a message of the inbox with its body, byte by byte, and comes no second time."""
    found = {row.key: row for row in InboxMessage.objects.all()}
    assert set(found) == {event for event, *_rest in EVENTS}
    for event, payload, handled, _attempts, error, state, attempts in EVENTS:
        row = found[event]
        assert (row.raw, row.size) == (payload.encode(), len(payload.encode()))
        assert (row.source, row.topic, row.subject) == (
            "stripe", "payment_intent.succeeded", f"pi_{event}",
        )  # fmt: skip
        assert (row.state, row.attempts, row.last_error) == (state, attempts, error)
        assert (row.received_at, row.handled_at, row.forget_at) == (WHEN, handled, None)
        assert (row.headers, row.repaired) == ({}, None)
        again = inbox.receive(source="stripe", topic=row.topic, key=event, body=b"again")
        assert again.pk == row.pk


def test_events_of_a_store_arrive_whole(release: Release, tmp_path: Path) -> None:
    release.add(ADD_COLUMN)
    with nobody_else():
        with code_before(tmp_path, "gateways", "0004_events_to_inbox"):
            build_template()
            store = open_store()
            with seeing_all(store), connections["default"].cursor() as cursor:
                cursor.executemany(INSERT, rows_of_before())
        with release.running():
            [done] = migrate_stores()
            assert (done.slug, done.way, done.error) == (store.slug, MigrationMethod.REPLAYED, "")
            assert TABLE not in placement_of(store).list_tables()
            with seeing_all(store):
                assert_arrived()
        close_store(store)
