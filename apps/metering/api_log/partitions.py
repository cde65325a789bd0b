"""The partitions of the API log: a table for each day, made when its first call is stored, and dropped whole."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from django.db.models import Func, GenericIPAddressField

from apps.metering.models import ApiCall
from apps.tenancy.locks import LockSpace, PlatformLock, lock_in_transaction
from apps.tenancy.routers import PLATFORM, reads_of
from apps.tenancy.transactions import atomic_on_platform

_TABLE: Final = ApiCall._meta.db_table
_CUT: Final = "addresses are cut"
_LIST: Final = (
    "SELECT relname, obj_description(oid, 'pg_class') = %s FROM pg_inherits JOIN pg_class ON oid = inhrelid "
    "WHERE inhparent = %s::regclass"
)


class _Network(Func):
    """Of an address: 256 neighbours in IPv4, a site in IPv6."""

    template = "host(network(set_masklen(%(expressions)s, CASE family(%(expressions)s) WHEN 4 THEN 24 ELSE 48 END)))::inet"
    output_field = GenericIPAddressField()


class _Partition(NamedTuple):
    name: str
    day: date
    is_cut: bool = False


def ensure_partitions(days: Iterable[date]) -> None:
    """In a transaction of the platform. One statement where they are there."""
    there = {partition.day for partition in _list_partitions()}
    missing = sorted(set(days) - there)
    if not missing:
        return
    lock_in_transaction(PLATFORM, LockSpace.PLATFORM, PlatformLock.API_LOG)
    for day in missing:
        _execute(
            f"CREATE TABLE IF NOT EXISTS {_TABLE}_{day:%Y%m%d} PARTITION OF {_TABLE} "
            f"FOR VALUES FROM ('{day}') TO ('{day + timedelta(days=1)}')"
        )


def drop_partitions(*, before: date) -> int:
    """Days before that one, whatever they have; the number of days."""
    old = [partition for partition in _list_partitions() if partition.day < before]
    for partition in old:
        with atomic_on_platform():
            _execute(f"DROP TABLE IF EXISTS {partition.name}")
    return len(old)


def cut_addresses(*, before: date) -> int:
    """Of addresses of days before that one, only the network is kept; the number of days. A day is rewritten once."""
    due = [each for each in _list_partitions() if each.day < before and not each.is_cut]
    for partition in due:
        with atomic_on_platform():
            calls = ApiCall.objects.filter(on=partition.day, address__isnull=False)
            calls.update(address=_Network("address"))
            _execute(f"COMMENT ON TABLE {partition.name} IS '{_CUT}'")
    return len(due)


def _list_partitions() -> list[_Partition]:
    with reads_of(ApiCall.objects.all()).cursor() as cursor:
        cursor.execute(_LIST, [_CUT, _TABLE])
        rows: list[tuple[str, Any]] = cursor.fetchall()
    return [
        _Partition(name, date.fromisoformat(name.rpartition("_")[2]), bool(is_cut))
        for name, is_cut in sorted(rows)
    ]


def _execute(statement: str) -> None:
    """Names and days are ours: none of them is from outside."""
    with reads_of(ApiCall.objects.all()).cursor() as cursor:
        cursor.execute(statement)
