"""A store on MariaDB: it means the same there as on PostgreSQL."""

import datetime as dt
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import (
    DatabaseError,
    IntegrityError,
    OperationalError,
    connection,
    connections,
    transaction,
)
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.common.clock import now
from apps.events.models import AuditEntry, IdempotencyKey
from apps.inventory.models import StockItem, Warehouse
from apps.placements.kinds import placement_of
from apps.placements.mysql import OwnMySQL
from apps.placements.release.mysql_journal import TABLE as JOURNAL
from apps.placements.release.reference import insert_reference, read_reference
from apps.placements.release.template import TEMPLATE_STORE
from apps.platform.models import ProvisioningJob
from apps.platform.states import JobStatus
from apps.provisioning import services as provisioning
from apps.provisioning.steps import seed_store
from apps.tenancy.context import use_store
from apps.tenancy.required import list_required_tables
from tests.support.databases import close_store, open_store
from tests.support.mariadb import placed_on, read_catalog
from tests.support.mariadb_server import MariaDB

pytestmark = [pytest.mark.matrix, pytest.mark.mariadbd, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def placed(django_db_setup: None, django_db_blocker: Any, mariadb: MariaDB) -> Iterator[Any]:
    """One store for the whole module; its tests clean up after themselves."""
    with django_db_blocker.unblock(), placed_on(mariadb) as store:
        yield store


@pytest.fixture
def inside(placed: Any) -> Iterator[Any]:
    """The test runs in the store, in a transaction that is rolled back."""
    with use_store(placed), transaction.atomic():
        yield placed
        transaction.set_rollback(True)


def test_it_is_opened_with_every_table_and_the_same_ids_as_elsewhere(placed: Any) -> None:
    assert placed.status == "active"
    assert placement_of(placed).list_tables() == list_required_tables()
    rows = []
    for store in (placed.active_store, TEMPLATE_STORE):
        with use_store(store):
            types = ContentType.objects.order_by("id").values_list("id", "app_label", "model")
            permissions = Permission.objects.order_by("id").values_list("id", "codename")
            rows.append((list(types), list(permissions)))
    assert rows[0] == rows[1]


def test_other_ids_are_corrected_with_all_that_points_at_them(inside: Any) -> None:
    reference = read_reference()
    user = User.objects.create_user("ids@example.com", "x")
    held = Permission.objects.get(codename="view_order")
    user.user_permissions.add(held)
    with connection.constraint_checks_disabled():
        Permission.objects.filter(pk=held.pk).update(id=900_000)
        for holder in (User.user_permissions.through, Group.permissions.through):
            holder.objects.filter(permission_id=held.pk).update(permission_id=900_000)
        ContentType.objects.filter(pk=held.content_type_id).update(id=900_001)
        Permission.objects.filter(content_type_id=held.content_type_id).update(
            content_type_id=900_001
        )
    assert read_reference() != reference
    insert_reference(reference)
    assert read_reference() == reference
    assert user.user_permissions.get() == held


def test_provisioning_again_changes_nothing(placed: Any, mariadb: MariaDB) -> None:
    before = read_catalog(mariadb, placed.database_name)
    assert placement_of(placed).migrate() is False
    assert placement_of(placed).create() == len(list_required_tables())
    assert read_catalog(mariadb, placed.database_name) == before


def test_tables_are_told_while_they_are_made(placed: Any) -> None:
    placement, told = placement_of(placed), list[frozenset[str]]()
    placement.drop()
    placement.when_made = told.append
    placement.create()
    made = [len(tables & list_required_tables()) for tables in told]
    assert made == sorted(made)
    assert len(set(made)) > 10, "the bar moves"
    assert made[-1] == len(list_required_tables())
    seed_store(placed.active_store)


def test_codes_that_differ_in_case_or_a_space_are_two(inside: Any) -> None:
    warehouse = Warehouse.objects.create(code="x", name="x")
    Warehouse.objects.create(code="X", name="X")
    Warehouse.objects.create(code="x ", name="x and a space")
    StockItem.objects.create(warehouse=warehouse, variant_ref="v", sku="SKU-1")
    assert not StockItem.objects.filter(sku="sku-1").exists()
    assert not StockItem.objects.filter(sku__startswith="sku").exists()
    assert StockItem.objects.filter(sku__icontains="ku-").exists()
    assert StockItem.objects.filter(sku__iexact="sku-1").exists()
    assert not StockItem.objects.filter(sku__iexact="sku_1").exists()
    with pytest.raises(IntegrityError):
        Warehouse.objects.create(code="X", name="again")


def test_accents_fold_with_case_only(inside: Any) -> None:
    Warehouse.objects.create(code="É", name="É 😀")
    assert Warehouse.objects.filter(code__iexact="é").exists()
    assert not Warehouse.objects.filter(code__iexact="e").exists()
    assert Warehouse.objects.get(code="É").name == "É 😀"


def test_the_server_s_clock_is_read_in_utc(inside: Any) -> None:
    entry = AuditEntry.objects.create(actor_kind="system", action="a.b", created_at=Now())
    entry.refresh_from_db()
    assert abs(entry.created_at - now()) < dt.timedelta(seconds=60)


def test_what_does_not_fit_is_refused_not_cut(inside: Any) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Warehouse.objects.create(code="x" * 33, name="too long")
    warehouse = Warehouse.objects.create(code="a", name="a")
    with pytest.raises(IntegrityError), transaction.atomic():
        StockItem.objects.create(warehouse=warehouse, variant_ref="v", sku="s", reserved=1)


def test_rows_are_read_committed(placed: Any) -> None:
    with use_store(placed), connection.cursor() as cursor:
        cursor.execute("SELECT @@session.tx_isolation, @@session.time_zone")
        assert cursor.fetchone() == ("READ-COMMITTED", "+00:00")


def test_a_conditional_unique_constraint_holds(inside: Any) -> None:
    """MariaDB has no partial indexes; hidden generated columns stand in."""
    from allauth.account.models import EmailAddress

    people = [User.objects.create(email=f"{name}@x.test") for name in "ab"]
    EmailAddress.objects.create(user=people[0], email="e@x.test", verified=True, primary=True)
    EmailAddress.objects.create(user=people[1], email="e@x.test", verified=False)
    EmailAddress.objects.create(user=people[0], email="f@x.test")
    EmailAddress.objects.create(user=people[0], email="g@x.test")
    with pytest.raises(IntegrityError), transaction.atomic():
        EmailAddress.objects.create(user=people[0], email="h@x.test", primary=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        EmailAddress.objects.filter(user=people[1]).update(verified=True)


@pytest.mark.parametrize("statement", ["UPDATE {} SET action = 'x'", "DELETE FROM {}"])
def test_history_refuses_raw_changes(inside: Any, statement: str) -> None:
    AuditEntry.objects.create(actor_kind="system", action="a.b")
    with pytest.raises(IntegrityError, match="history"), connection.cursor() as cursor:
        cursor.execute(statement.format(AuditEntry._meta.db_table))


def test_the_longest_keys_fit(inside: Any) -> None:
    IdempotencyKey.objects.create(
        scope="😀" * 120,
        key="😀" * 255,
        fingerprint="f",
        holder="00000000-0000-0000-0000-000000000000",
    )


def test_somebody_s_database_is_refused_untouched(transactional_db: None, mariadb: MariaDB) -> None:
    config = mariadb.make_database()
    mariadb.run("CREATE TABLE wp_posts (id integer)", database=config["database"])
    before = read_catalog(mariadb, config["database"])
    store = open_store(database_type="mysql", config=config)
    job = ProvisioningJob.objects.get(store=store)
    assert job.status == JobStatus.FAILED
    assert "wp_posts" in job.error
    assert read_catalog(mariadb, config["database"]) == before
    close_store(store)
    mariadb.drop_database(config["database"])


def test_a_database_that_does_not_answer_is_told_in_words(
    transactional_db: None, mariadb: MariaDB
) -> None:
    config = {**mariadb.make_database(), "port": 9}
    report = OwnMySQL.preflight(OwnMySQL.clean_config(config))
    assert [one.check for one in report.problems] == ["connection"]
    wrong = OwnMySQL.clean_config({**config, "port": mariadb.port, "password": "canary"})
    (problem,) = OwnMySQL.preflight(wrong).problems
    assert problem.text == "The database refuses this user and password."
    store = open_store(database_type="mysql", config=config)
    with use_store(store), pytest.raises(OperationalError), connection.cursor():
        pass
    close_store(store)


def test_tls_that_is_asked_for_and_not_there_is_refused(mariadb: MariaDB) -> None:
    config = OwnMySQL.clean_config({**mariadb.make_database(), "sslmode": "require"})
    (problem,) = OwnMySQL.preflight(config).problems
    assert problem.text == "The server does not speak TLS as it was asked to."
    good = OwnMySQL.preflight({**config, "sslmode": "prefer"})
    assert good.problems == []
    assert [one.check for one in good.warnings] == ["tls"]


def run_and_die(store: Any, statements: int, *, sent: bool) -> int:
    """Provision in a forked child that is killed at that statement, before it is sent or after it was done."""
    connections.close_all()
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)
    left = [statements]

    def dying(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if str(sql).lstrip().startswith("SELECT"):
            return execute(sql, params, many, context)
        left[0] -= 1
        if left[0] == 0 and not sent:
            os.kill(os.getpid(), signal.SIGKILL)
        result = execute(sql, params, many, context)
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    code = 1
    try:
        placement = placement_of(store)
        with use_store(store), connections["default"].execute_wrapper(dying):
            placement.create()
        code = 0
    finally:
        os._exit(code)


POINTS = tuple(1 + index * 7 % 23 for index in range(40))


@pytest.mark.faults
def test_killed_again_and_again_the_tables_come_out_the_same(
    placed: Any, transactional_db: None, mariadb: MariaDB
) -> None:
    config = mariadb.make_database()
    job = provisioning.open_store(
        name="Killed", slug=f"killed-{os.urandom(3).hex()}", owner=None, currency="INR", country="IN",
        database_type="mysql", config=config, start=False,
    )  # fmt: skip
    killed = [
        run_and_die(job.store, statements, sent=bool(index % 2))
        for index, statements in enumerate(POINTS)
    ]
    assert killed[:30] == [-signal.SIGKILL] * 30
    done = provisioning.run_provisioning(job)
    assert (done.status, done.error) == (JobStatus.SUCCEEDED, "")
    assert read_catalog(mariadb, config["database"]) == read_catalog(mariadb, placed.database_name)
    assert JOURNAL not in placement_of(done.store).list_tables()
    with use_store(done.store):
        assert Warehouse.objects.count() == 1
        assert get_user_model().objects.count() == 0
    close_store(done.store)
    mariadb.drop_database(config["database"])
