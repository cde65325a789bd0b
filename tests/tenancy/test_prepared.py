"""A prepared statement does what the query set does that it was made of, in whichever store it runs."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from apps.common.clock import now
from apps.common.ids import new_id
from apps.events.models import IdempotencyKey, OutboxMessage
from apps.inventory.models import StockItem, Warehouse
from apps.pricing.models import TaxRate
from apps.tenancy.context import (
    NoActiveStore,
    WrongStore,
    outside_store,
    system_scope,
    use_store,
)
from apps.tenancy.inserting import collected_inserts, insert_values
from apps.tenancy.prepared import (
    PreparedQuery,
    PreparedUpdate,
    insert_rows,
    reading_together,
)

by_country: PreparedQuery[TaxRate] = PreparedQuery(
    lambda country: TaxRate.objects.filter(country=country).order_by("region")
)
by_regions: PreparedQuery[tuple[Any, ...]] = PreparedQuery(
    lambda regions: (
        TaxRate.objects.filter(region__in=regions)
        .order_by("region")
        .values_list("id", "region", "percent")
    )
)
rename = PreparedUpdate(lambda pk, name: (TaxRate.objects.filter(pk=pk), {"name": name}))

pytestmark = pytest.mark.usefixtures("in_store")


@pytest.fixture(autouse=True)
def rates(in_store: Any) -> list[TaxRate]:
    made = [
        TaxRate(country="AT", region=region, name=f"Tax {region}", percent="12.500")
        for region in ("a", "b", "c")
    ]
    insert_rows(made)
    return made


def test_instances_are_as_the_query_set_has_them() -> None:
    plain = list(TaxRate.objects.filter(country="AT").order_by("region"))
    for _ in range(2):
        found = by_country(country="AT")
        assert found == plain
        for one, other in zip(found, plain, strict=True):
            same = [field.attname for field in TaxRate._meta.concrete_fields]
            assert [getattr(one, n) for n in same] == [getattr(other, n) for n in same]
    assert by_country(country="XX") == []
    found[0].name = "Other"
    found[0].save()
    assert TaxRate.objects.get(pk=found[0].pk).name == "Other"


@pytest.mark.parametrize("regions", [["a"], ["c", "a"], ["a", "b", "c"], ["b"], ["x"], []])
def test_lists_of_any_length(regions: list[str]) -> None:
    plain = TaxRate.objects.filter(region__in=regions).order_by("region")
    assert by_regions(regions=regions) == list(plain.values_list("id", "region", "percent"))


def test_each_store_has_its_own_rows(other_store: Any) -> None:
    with use_store(other_store):
        assert by_country(country="AT") == []
        insert_rows([TaxRate(country="AT", name="Theirs", percent=1)])
        assert [rate.name for rate in by_country(country="AT")] == ["Theirs"]
    assert len(by_country(country="AT")) == 3


def test_without_a_store_it_raises(rates: list[TaxRate]) -> None:
    with outside_store():
        with pytest.raises(NoActiveStore):
            by_country(country="AT")
        with pytest.raises(NoActiveStore):
            rename(pk=rates[0].pk, name="x")


def test_rows_of_another_store_are_not_inserted(other_store: Any) -> None:
    mine = TaxRate(country="BE", name="Mine", percent=1)
    with use_store(other_store):
        with pytest.raises(WrongStore):
            insert_rows([TaxRate(country="BE", name="Theirs", percent=1), mine])
        assert not TaxRate.objects.filter(country="BE").exists()


def test_an_update_says_how_many_matched(rates: list[TaxRate], other_store: Any) -> None:
    assert rename(pk=rates[1].pk, name="$1 %s 'quoted'") == 1
    assert rename(pk=new_id(), name="nobody's") == 0
    assert [rate.name for rate in by_country(country="AT")][1] == "$1 %s 'quoted'"
    with use_store(other_store):
        assert rename(pk=rates[1].pk, name="theirs") == 0


@pytest.mark.usefixtures("system_scope")
def test_moments_and_json_are_stored_as_by_the_orm() -> None:
    key = IdempotencyKey(scope="s", key="k", fingerprint="f", holder=new_id(), body={"a": [1]})
    insert_rows([key])
    keep = PreparedUpdate(
        lambda pk, at, body: (IdempotencyKey.objects.filter(pk=pk), {"locked_at": at, "body": body})
    )
    moment = now() - timedelta(days=3)
    assert IdempotencyKey.objects.get(pk=key.pk).body == {"a": [1]}
    keep(pk=key.pk, at=moment, body={"b": None})
    stored = IdempotencyKey.objects.get(pk=key.pk)
    assert (stored.locked_at, stored.body) == (moment, {"b": None})


@pytest.mark.usefixtures("system_scope")
def test_values_of_every_kind_are_stored_as_by_the_orm() -> None:
    moment, payload = now(), {"text": "50% 'off' \\ %s", "list": [1, None, True]}
    given = {
        "message_id": new_id(),
        "topic": "t",
        "consumer": "c",
        "payload": payload,
        "due_at": moment,
        "created_at": moment,
    }
    OutboxMessage.objects.create(key="orm", **given)
    insert_values(OutboxMessage, [{"key": "kept", **given}])
    by_orm, kept = OutboxMessage.objects.filter(topic="t").order_by("-key")
    names = [field.attname for field in OutboxMessage._meta.concrete_fields][1:]
    assert [getattr(kept, name) for name in names if name != "key"] == [
        getattr(by_orm, name) for name in names if name != "key"
    ]
    insert_values(TaxRate, [{"country": "AT", "name": "MwSt", "percent": "12.5"}])
    assert TaxRate.objects.get(name="MwSt").percent == Decimal("12.5")


def test_a_lock_needs_a_transaction() -> None:
    locked: PreparedQuery[TaxRate] = PreparedQuery(
        lambda country: TaxRate.objects.select_for_update().filter(country=country)
    )
    with transaction.atomic():
        assert len(locked(country="AT")) == 3
    connection.in_atomic_block, before = False, connection.in_atomic_block
    try:
        with pytest.raises(TransactionManagementError):
            locked(country="AT")
    finally:
        connection.in_atomic_block = before


def test_a_refused_row_spoils_the_transaction_as_the_orm_does() -> None:
    warehouse = Warehouse(code="w1", name="One")
    insert_rows([warehouse])
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            insert_rows([Warehouse(id=warehouse.pk, code="w2", name="Two")])
        assert connection.needs_rollback
    assert not warehouse._state.adding
    with pytest.raises(DatabaseError), transaction.atomic():
        insert_rows([Warehouse(code="w" * 500, name="Long")])


def test_a_query_that_gives_something_else_is_refused() -> None:
    for build in (
        lambda: TaxRate.objects.values("id"),
        lambda: StockItem.objects.select_related("warehouse"),
    ):
        with pytest.raises(TypeError):
            PreparedQuery(build)()


def test_annotations_are_on_the_instances() -> None:
    doubled: PreparedQuery[TaxRate] = PreparedQuery(
        lambda country: TaxRate.objects.filter(country=country).annotate(twice=F("percent") * 2)
    )
    assert {rate.twice for rate in doubled(country="AT")} == {25}  # type: ignore[attr-defined]


def test_keys_are_uuids(rates: list[TaxRate]) -> None:
    assert all(isinstance(key, UUID) for key, *_ in by_regions(regions=["a", "b"]))


def test_reads_go_together_and_each_answers_once() -> None:
    asked = (by_country.asked(country="AT"), by_regions.asked(regions=("a", "c")))
    with CaptureQueriesContext(connection) as captured, reading_together(*asked):
        first = by_country(country="AT")
        assert [region for _, region, _ in by_regions(regions=("a", "c"))] == ["a", "c"]
        assert by_country(country="XX") == []
        rename(pk=first[0].pk, name="New")
        assert by_country(country="AT")[0].name == "New"
    assert [rate.name for rate in first] == ["Tax a", "Tax b", "Tax c"]
    assert first[0].percent == Decimal("12.5")
    assert len(captured) == (4 if connection.vendor == "postgresql" else 5)


def test_an_empty_list_is_not_asked_and_what_was_not_used_is_forgotten(other_store: Any) -> None:
    with reading_together(by_country.asked(country="AT"), by_regions.asked(regions=())):
        assert by_regions(regions=()) == []
    with reading_together(by_country.asked(country="AT"), by_country.asked(country="XX")):
        assert len(by_country(country="AT")) == 3
    with use_store(other_store):
        assert by_country(country="AT") == []


def test_a_change_can_go_with_collected_rows(rates: list[TaxRate]) -> None:
    with system_scope(), transaction.atomic(), collected_inserts():
        insert_values(
            IdempotencyKey, [{"key": "k", "scope": "s", "fingerprint": "f", "holder": new_id()}]
        )
        rename.later(pk=rates[0].pk, name="Later")
        insert_values(
            IdempotencyKey, [{"key": "l", "scope": "s", "fingerprint": "f", "holder": new_id()}]
        )
    assert TaxRate.objects.get(pk=rates[0].pk).name == "Later"
    with system_scope():
        assert IdempotencyKey.objects.filter(scope="s").count() == 2
