"""Automatic keys continue where they were: a number that was given once, and deleted, is not given again elsewhere."""

from collections.abc import Iterable
from typing import Any

from django.db import connections
from django.db.models import AutoField, Model

from apps import archive
from apps.tenancy.context import ActiveStore
from apps.tenancy.routers import DEFAULT


def carry_sequences(
    source: ActiveStore, target: ActiveStore, models: Iterable[type[Model]]
) -> None:
    """Set the target's sequences to at least the source's values."""
    keyed = [model for model in models if isinstance(model._meta.pk, AutoField)]
    with archive.use_store_as_system(source), connections[DEFAULT].cursor() as cursor:
        used = {model: _last_key(cursor, model) for model in keyed}
    with archive.use_store_as_system(target), connections[DEFAULT].cursor() as cursor:
        for model, last in used.items():
            if last > _last_key(cursor, model):
                _set_last_key(cursor, model, last)


def _last_key(cursor: Any, model: type[Model]) -> int:
    """The last value of the sequence, 0 if it was never used."""
    table, column = model._meta.db_table, str(_key(model))
    if cursor.db.vendor == "mysql":
        cursor.execute(
            "SELECT auto_increment - 1 FROM information_schema.tables "
            "WHERE table_schema = DATABASE() AND table_name = %s",
            [table],
        )
        return int((cursor.fetchone() or [0])[0] or 0)
    cursor.execute(
        "SELECT coalesce(pg_catalog.pg_sequence_last_value("
        "pg_catalog.pg_get_serial_sequence(%s, %s)::regclass), 0)",
        [cursor.db.ops.quote_name(table), column],
    )
    return int(cursor.fetchone()[0])


def _set_last_key(cursor: Any, model: type[Model], last: int) -> None:
    table, column = cursor.db.ops.quote_name(model._meta.db_table), str(_key(model))
    if cursor.db.vendor == "mysql":
        cursor.execute(f"ALTER TABLE {table} AUTO_INCREMENT = {last + 1}")
        return
    cursor.execute(
        "SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence(%s, %s)::regclass, %s)",
        [table, column, last],
    )


def _key(model: type[Model]) -> str:
    key = model._meta.pk
    assert key is not None
    return str(key.column)
