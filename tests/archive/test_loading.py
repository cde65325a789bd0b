"""What stands in the tables after a restore is to the byte what the application's own INSERTs had put there."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import DatabaseError, IntegrityError, connections, models, transaction

from apps.archive import (
    References,
    Restamp,
    columns_of,
    iterate_lines,
    list_tables,
    load_lines,
    use_store_as_system,
    write_archive,
)
from apps.archive import loading as machinery
from apps.common.actor import Actor
from apps.common.ids import new_id
from apps.operations.restore.restoring import restore_archive
from apps.tenancy.context import use_store
from tests.support.trading import trade

pytestmark = pytest.mark.django_db(transaction=True)

TEXTS = ["", "\\N", "\\", "\t\n\r\v", '"{}"', "\\.", "é🦜\u2028", "NULL", "{a,b}", " \\x41 "]


class Everything(models.Model):
    """A column of each kind that the normal form knows."""

    text = models.TextField()
    code = models.CharField(max_length=40)
    amount = models.DecimalField(max_digits=30, decimal_places=6, null=True)
    share = models.FloatField(null=True)
    large = models.BigIntegerField(null=True)
    is_on = models.BooleanField(null=True)
    key = models.UUIDField(null=True)
    at = models.DateTimeField(null=True)
    on = models.DateField(null=True)
    clock = models.TimeField(null=True)
    lasts = models.DurationField(null=True)
    ip = models.GenericIPAddressField(null=True)
    raw = models.BinaryField(null=True)
    facts = models.JSONField()
    maybe = models.JSONField(null=True)

    class Meta:
        app_label = "everything"
        apps = Apps()


def lines() -> Iterator[bytes]:
    rows: list[dict[str, Any]] = [
        {"text": text, "code": text[:40], "facts": {"a": [text, 1.5, None]}, "maybe": text}
        for text in TEXTS
    ]
    rows[0] |= {"facts": None, "maybe": None}
    rows[1] |= {"amount": "-0.000001", "share": 0.1, "large": -(2**63), "is_on": False}
    rows[2] |= {"amount": "123456789012345678901234.5", "share": 1e300, "is_on": True}
    rows[3] |= {"key": "01a1fd55-f8ea-74eb-8b48-09571a2d45d0", "raw": "AFxOCf8="}
    rows[4] |= {"at": "2026-02-28T23:59:59.999999+00:00", "on": "2026-02-28", "clock": "00:00:00.1"}
    rows[5] |= {"at": "0999-01-01T00:00:00.000000+00:00", "on": "0001-01-01"}
    rows[6] |= {"lasts": "P40DT01H02M03.000004S", "ip": "2001:db8::1"}
    rows[7] |= {"lasts": "-P0DT00H00M01S", "ip": "10.0.0.1", "facts": [], "maybe": {}}
    names = [str(one.column) for one in columns_of(Everything)]
    for number, row in enumerate(rows):
        yield json.dumps([{"id": number, **row}.get(name) for name in names]).encode()


def as_text(table: str) -> list[str]:
    """The rows in the server's own words."""
    with connections["default"].cursor() as cursor:
        cursor.execute(f'SELECT t::text FROM "{table}" AS t ORDER BY 1')
        return [row[0] for row in cursor.fetchall()]


def as_normal_text(table: str) -> list[str]:
    """The normal form does not tell 1.0 in JSON from 1."""
    return [row.replace('""b"": 1.0', '""b"": 1') for row in as_text(table)]


def test_every_kind_of_column_is_stored_as_by_an_insert(throwaway_store: Any) -> None:
    names = [str(one.column) for one in columns_of(Everything)]
    table = Everything._meta.db_table
    with use_store_as_system(throwaway_store):
        references = References()
        connection = connections["default"]
        with connection.schema_editor() as editor:
            editor.create_model(Everything)
        columns = columns_of(Everything)
        rows = map(json.loads, lines())
        machinery._insert(Everything, columns, rows, references)
        expected = as_text(table)
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table}")
        assert load_lines(Everything, names, lines(), references) == len(TEXTS)
        assert as_text(table) == expected
        # and it reads as what was written
        again = list(iterate_lines(Everything, references))
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table}")
        load_lines(Everything, names, again, references)
        assert as_text(table) == expected


def test_a_restored_store_is_to_the_byte_what_it_was(throwaway_store: Any) -> None:
    trade(throwaway_store)
    target = io.BytesIO()
    write_archive(throwaway_store, target)
    with use_store_as_system(throwaway_store):
        names = [model._meta.db_table for model in list_tables()]
        before = {name: as_normal_text(name) for name in names}
    restore_archive(target, throwaway_store, replace=True)
    with use_store_as_system(throwaway_store):
        assert {name: as_normal_text(name) for name in names} == before


def test_a_row_that_is_there_already_is_the_usual_error_and_nothing_is_added(
    throwaway_store: Any,
) -> None:
    trade(throwaway_store)
    with use_store_as_system(throwaway_store):
        references = References()
        for model in list_tables():
            there = list(iterate_lines(model, references))
            names = [str(one.column) for one in columns_of(model)]
            if not there or model._meta.db_table in ("auth_permission", "django_content_type"):
                continue
            with pytest.raises(IntegrityError), transaction.atomic():
                load_lines(model, names, there, references)
            assert list(iterate_lines(model, references)) == there


def test_a_line_that_is_not_looked_into_has_nothing_to_change(throwaway_store: Any) -> None:
    """In a copy, keys of documents are mapped wherever they stand; most rows have none."""
    goods = trade(throwaway_store)
    store = throwaway_store.id
    restamp = Restamp(store, new_id(), frozenset([str(goods.product.pk)]))
    with use_store_as_system(throwaway_store):
        references = References()
        found = [line for model in list_tables() for line in iterate_lines(model, references)]
    key = str(goods.product.pk)
    found += [json.dumps(one).encode() for one in ([{key: 1}], [store.hex], [[f"{store}"]], [key])]
    passed = [line for line in found if not restamp.may_change(line)]
    assert all(restamp.value(json.loads(line)) == json.loads(line) for line in passed)
    assert 5 < len(passed) < len(found) - 5


def test_policies_are_asked(throwaway_store: Any) -> None:
    """A restore runs as the system. Nobody else gets rows of others in by this way."""
    trade(throwaway_store)
    with use_store_as_system(throwaway_store):
        references = References()
        [order] = [one for one in list_tables() if one._meta.db_table == "orders_order"]
        there = list(iterate_lines(order, references))
    names = [str(one.column) for one in columns_of(order)]
    changed = [line.replace(b'"INR"', b'"USD"') for line in there]
    with (
        use_store(throwaway_store, actor=Actor.guest()),
        pytest.raises(DatabaseError, match="row-level security"),
    ):
        load_lines(order, names, changed, references)


def test_a_login_without_temporary_tables_gets_the_rows_in_too(throwaway_store: Any) -> None:
    trade(throwaway_store)
    with use_store_as_system(throwaway_store), transaction.atomic():
        references = References()
        [mails] = [one for one in list_tables() if one._meta.db_table == "events_outboxmessage"]
        there = list(iterate_lines(mails, references))
        before = as_text(mails._meta.db_table)
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT current_database()")
            [name] = cursor.fetchone()
            cursor.execute(f'REVOKE TEMPORARY ON DATABASE "{name}" FROM PUBLIC, CURRENT_USER')
            cursor.execute(f"TRUNCATE {mails._meta.db_table}")
        assert load_lines(mails, [str(one.column) for one in columns_of(mails)], there, references)
        assert as_text(mails._meta.db_table) == before
        transaction.set_rollback(True)
