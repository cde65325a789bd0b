"""Copies the rows from one place to the other, table by table in their normal form, and compares both sides.

The source is under a write pause, so it needs no snapshot; the target gets everything in one transaction.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from django.db import connections, transaction
from django.db.models import Model
from django.utils.translation import gettext, gettext_noop

from apps import archive
from apps.archive.tables import CONTENT_TYPES, PERMISSIONS, add_references
from apps.common.progress import Progress, make_message
from apps.operations.moving.sequences import carry_sequences
from apps.platform.errors import CopyNotEqual, MoveNotPossible
from apps.tenancy.applied import MIGRATIONS_TABLE
from apps.tenancy.context import ActiveStore
from apps.tenancy.routers import DEFAULT

BATCH: Final = 500
# Tables that the migrations of each place fill.
KEPT: Final = frozenset({CONTENT_TYPES, PERMISSIONS, MIGRATIONS_TABLE})
Counts = dict[str, int]


def count_tables(source: ActiveStore) -> int:
    with archive.use_store_as_system(source):
        return len(archive.list_tables())


def copy_tables(source: ActiveStore, target: ActiveStore, watch: Progress) -> Counts:
    """Replace the contents of the target's tables by the source's rows. Returns the number of rows by table. All or
    nothing."""
    with archive.use_store_as_system(source):
        models, there = archive.list_tables(), archive.References()
    counts: Counts = {}
    with archive.use_store_as_system(target):
        connection = connections[DEFAULT]
        if connection.vendor == "mysql":  # TRUNCATE commits there
            _empty(connection)
        with transaction.atomic(), connection.constraint_checks_disabled():
            if connection.vendor != "mysql":
                _empty(connection)
            here = archive.References()
            for index, model in enumerate(models):
                watch(
                    index / len(models),
                    make_message(gettext_noop("Copying %(table)s"), table=model._meta.db_table),
                )
                lines = _read(source, model, there)
                if model._meta.db_table in (CONTENT_TYPES, PERMISSIONS):
                    add_references(model, lines, here)
                    continue
                names = [str(column.column) for column in archive.columns_of(model)]
                counts[model._meta.db_table] = archive.load_lines(model, names, lines, here)
            archive.set_sequences(models)
            connection.check_constraints([model._meta.db_table for model in models])
        carry_sequences(source, target, models)
    return counts


def _empty(connection: Any) -> None:
    """Delete the rows of an earlier attempt. `TRUNCATE`, because append-only tables refuse DELETE."""
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        names = set(connection.introspection.table_names(cursor)) - KEPT
        tables = [connection.ops.quote_name(name) for name in sorted(names)]
        if connection.vendor != "mysql" and tables:
            cursor.execute(f"TRUNCATE {', '.join(tables)}")
            return
        for table in tables:
            cursor.execute(f"TRUNCATE {table}")


def _read(
    source: ActiveStore, model: type[Model], references: archive.References
) -> Iterator[bytes]:
    """The rows of one table in batches: the source is the active store only while it is read."""
    lines = archive.iterate_lines(model, references)
    while True:
        with archive.use_store_as_system(source):
            batch = list(islice(lines, BATCH))
        yield from batch
        if len(batch) < BATCH:
            return


def require_equal(source: ActiveStore, target: ActiveStore) -> Counts:
    """Read both sides in full and compare counts and checksums. Raises `CopyNotEqual` naming the tables."""
    left = archive.fingerprint_store(source, parts=[archive.SQL])
    right = archive.fingerprint_store(target, parts=[archive.SQL])
    wrong = sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))
    if wrong or not left:
        shown = ", ".join(name.partition(":")[2] for name in wrong[:5]) or "no table at all"
        raise CopyNotEqual(
            gettext("%(title)s Different: %(shown)s.")
            % {"title": CopyNotEqual.title, "shown": shown}
        )
    return {name.partition(":")[2]: rows for name, (rows, _checksum) in left.items()}


def require_same_migrations(source: ActiveStore, target: ActiveStore) -> None:
    """Raise unless both sides have the same migrations. Raises `MoveNotPossible`."""
    applied: list[Any] = []
    for side in (source, target):
        with archive.use_store_as_system(side):
            applied.append(archive.list_applied())
    if applied[0] != applied[1]:
        raise MoveNotPossible(
            gettext(
                "The store's tables have another version than the code. Run manage.py migrate_stores "
                "first."
            )
        )
