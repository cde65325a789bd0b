"""Work that is due, found without looking into every store."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from apps.common.clock import now
from apps.platform import services, sweeps
from apps.platform.models import WakeUp
from apps.platform.services import wake_ups
from apps.provisioning import services as provisioning
from apps.tenancy.context import current_store


@pytest.fixture
def swept(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The stores a sweep of ours was run in."""
    seen = []

    def look() -> Any:
        seen.append(current_store().slug)
        return 1

    monkeypatch.setattr(sweeps, "list_sweeps", lambda: {"look": look})
    return seen


def test_only_stores_with_due_work_are_woken(store: Any, other_store: Any, swept: Any) -> None:
    services.note_wake_up(store_id=store.id, due_at=now() - timedelta(seconds=1))
    services.note_wake_up(store_id=store.id, due_at=now() - timedelta(seconds=2))
    services.note_wake_up(store_id=other_store.id, due_at=now() + timedelta(hours=1))
    assert services.wake_stores() == 1
    assert swept == ["alpha"]
    assert [note.store_id for note in WakeUp.objects.all()] == [other_store.id]


def test_a_note_made_during_the_sweep_survives_it(
    store: Any, monkeypatch: pytest.MonkeyPatch
) -> Any:
    def note_again() -> Any:
        services.note_wake_up(store_id=current_store().id, due_at=now())
        return 0

    monkeypatch.setattr(sweeps, "list_sweeps", lambda: {"note": note_again})
    services.note_wake_up(store_id=store.id, due_at=now())
    services.wake_stores()
    assert WakeUp.objects.count() == 1


def test_a_failed_sweep_keeps_the_note_for_later_and_stops_nobody(
    store: Any, other_store: Any, swept: Any, monkeypatch: pytest.MonkeyPatch
) -> Any:
    inner = sweeps.list_sweeps()["look"]

    def fail() -> Any:
        if current_store().slug == "alpha":
            raise RuntimeError("broken")
        return 0

    monkeypatch.setattr(sweeps, "list_sweeps", lambda: {"fail": fail, "look": inner})
    for each in (store, other_store):
        services.note_wake_up(store_id=each.id, due_at=now())
    assert services.wake_stores() == 1
    assert sorted(swept) == ["alpha", "beta"]
    (kept,) = WakeUp.objects.all()
    assert kept.store_id == store.id
    assert kept.due_at > now()
    assert services.wake_stores() == 0


def test_of_many_wake_ups_in_a_row_one_is_written(
    store: Any, other_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    after, moment = timedelta(seconds=30), now()
    monkeypatch.setattr(wake_ups, "now", lambda: moment)
    platform = connections["platform"]
    services.ensure_wake_up(store_id=store.id, after=after)
    services.ensure_wake_up(store_id=store.id, after=after)
    assert WakeUp.objects.count() == 2  # neither is committed: each may be rolled back

    monkeypatch.setattr(platform, "in_atomic_block", False)
    for _ in range(3):
        services.ensure_wake_up(store_id=store.id, after=after)
        services.ensure_wake_up(store_id=other_store.id, after=after)
    assert WakeUp.objects.count() == 4
    monkeypatch.setattr(wake_ups, "now", lambda: moment + wake_ups.GRAIN)
    services.ensure_wake_up(store_id=store.id, after=after)
    assert WakeUp.objects.count() == 5

    due = WakeUp.objects.values_list("due_at", flat=True)
    assert all(moment + after <= at <= moment + after + 2 * wake_ups.GRAIN for at in due)


def test_notes_of_a_store_in_the_making_are_dropped(db: None, swept: Any) -> None:
    job = provisioning.open_store(
        slug="tea-house", name="Tea", owner=None, currency="INR", country="IN"
    )
    services.note_wake_up(store_id=job.store_id, due_at=now())
    services.wake_stores()
    assert swept == []
    assert not WakeUp.objects.exists()


def test_the_slow_sweep_visits_everybody(store: Any, other_store: Any, swept: Any) -> None:
    assert services.wake_all_stores() == 2
    assert sorted(swept) == ["alpha", "beta"]


def test_every_registered_sweep_is_found_by_its_name() -> None:
    names = sweeps.list_sweeps()
    assert any(name.startswith("apps.carts.sweeps.") for name in names)
