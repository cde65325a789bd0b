"""The same store on PostgreSQL and on MariaDB: the same rows, the same checksums, in both directions."""

import io
from dataclasses import replace
from typing import Any

import pytest

from apps.archive import SQL, fingerprint_store, write_archive
from apps.operations.deletion.deleting import delete_store, export_for_deletion, request_deletion
from apps.operations.restore.restoring import restore_archive
from apps.orders.models import Order
from apps.platform.models import Store
from tests.support.acting import STAFF, seeing_all
from tests.support.mariadb import placed_on
from tests.support.mariadb_server import MariaDB
from tests.support.trading import empty_place, trade

pytestmark = [
    pytest.mark.matrix,
    pytest.mark.mariadbd,
    pytest.mark.timeout(600),
    pytest.mark.django_db(transaction=True),
]


def archive_of(store: Any) -> io.BytesIO:
    target = io.BytesIO()
    write_archive(store, target)
    return target


def test_checksums_agree_and_archives_cross(
    mariadb: MariaDB, throwaway_store: Any, settings: Any, tmp_path: Any
) -> None:
    settings.BACKUP_DIR = tmp_path
    trade(throwaway_store)
    source = archive_of(throwaway_store)
    with placed_on(mariadb) as placed:
        there = replace(placed.active_store, id=throwaway_store.id)
        restore_archive(source, there, parts=[SQL], replace=True)
        here = fingerprint_store(throwaway_store, parts=[SQL])
        assert fingerprint_store(there, parts=[SQL]) == here, "the same store on both servers"

        restore_archive(source, placed, replace=True)
        manifest = write_archive(placed, back := io.BytesIO())
        assert manifest.vendor == "mysql"
        with empty_place() as copy:
            restore_archive(back, copy)
            with seeing_all(copy):
                assert Order.objects.count() == 1
            unchanged = "sql:payments_payment"
            assert fingerprint_store(copy)[unchanged] == here[unchanged]

        request_deletion(store=placed, actor=STAFF)
        export_for_deletion(store=placed)
        delete_store(store=placed, actor=STAFF, typed=placed.slug)
        assert not Store.objects.filter(pk=placed.pk).exists()
        [[tables]] = mariadb.run(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = %s",
            (placed.database_name,),
        )
        assert tables == 0
