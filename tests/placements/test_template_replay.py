"""A replayed store is a migrated store, object by object."""

import secrets
import threading
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connections, transaction

from apps.placements.release import template
from apps.placements.shared_schema import replay
from apps.platform.errors import TemplateOutdated
from apps.platform.models import StoreTemplate
from apps.tenancy.context import ActiveStore, use_store
from tests.support.schema_objects import CATALOG, read_catalog

pytestmark = pytest.mark.matrix


def read_rows(store: Any, *tables: Any) -> Any:
    with use_store(store), connections["default"].cursor() as cursor:
        rows = {}
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            rows[table] = {tuple(map(str, row)) for row in cursor.fetchall()}
    return rows


@pytest.fixture
def empty_store(db: None) -> Any:
    """A store of nothing but a name; whatever is made in it is gone after the test."""
    from apps.common.ids import new_id

    return ActiveStore(
        id=new_id(), slug="empty", name="Empty", schema=f"s_empty_{secrets.token_hex(3)}"
    )


def create_schema(store: Any) -> None:
    with use_store(store), connections["default"].cursor() as cursor:
        cursor.execute(f'CREATE SCHEMA "{store.schema}"')


@pytest.mark.slow
def test_a_replayed_store_equals_a_migrated_one_object_by_object(empty_store: Any) -> None:
    create_schema(empty_store)
    template.migrate_schema(empty_store)
    from apps.common.ids import new_id

    replayed = ActiveStore(
        id=new_id(), slug="replayed", name="Replayed", schema=f"s_replayed_{secrets.token_hex(3)}"
    )
    replay(replayed, template.get_template(), schema=replayed.schema)
    wanted, got = read_catalog(empty_store), read_catalog(replayed)
    for kind in CATALOG:
        assert got[kind] == wanted[kind], kind
    for kind in (
        "tables",
        "columns",
        "indexes",
        "constraints",
        "sequences",
        "triggers",
        "functions",
    ):
        assert got[kind], f"no {kind} were compared"

    tables = ("django_content_type", "auth_permission")
    assert read_rows(replayed, *tables) == read_rows(empty_store, *tables)
    migrations = [
        {row[1:3] for row in read_rows(each, "django_migrations")["django_migrations"]}
        for each in (replayed, empty_store)
    ]
    assert (
        migrations[0] == migrations[1] == {(app, name) for app, name in template.list_migrations()}
    )


def test_two_stores_have_the_same_content_types_and_permissions(
    store: Any, other_store: Any
) -> None:
    found = []
    for each in (store, other_store):
        with use_store(each):
            types = set(ContentType.objects.values_list("id", "app_label", "model"))
            found.append((types, set(Permission.objects.values_list("id", "codename"))))
    assert found[0] == found[1]
    assert found[0][0]


def test_new_rows_get_fresh_ids_after_the_replay(in_store: Any) -> None:
    highest = max(Permission.objects.values_list("id", flat=True))
    made = Permission.objects.create(
        codename="test_fresh", name="Fresh", content_type=ContentType.objects.order_by("id")[0]
    )
    assert made.id > highest


def test_the_replay_is_two_round_trips_in_one_transaction(
    empty_store: Any, django_assert_num_queries: Any
) -> Any:
    sent = []

    def spy(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        sent.append(str(sql)[:60])
        return execute(sql, params, many, context)

    recording = template.get_template()
    with use_store(empty_store), connections["default"].execute_wrapper(spy):
        replay(empty_store, recording, schema=empty_store.schema)
    work = [
        sql
        for sql in sent
        if not sql.startswith(("SELECT pg_catalog.set_config", "SAVEPOINT", "RELEASE"))
    ]
    assert len(work) == 2, work
    assert work[0].startswith("CREATE SCHEMA")


def test_a_replay_that_fails_leaves_nothing(empty_store: Any) -> None:
    recording = template.get_template()
    recording.statements += " SELECT 1/0;"
    with pytest.raises(Exception, match="division by zero"):
        replay(empty_store, recording, schema=empty_store.schema)
    with use_store(empty_store), connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = %s", [empty_store.schema])
        assert cursor.fetchone() == (0,)


def test_the_recording_names_no_schema(db: None) -> None:
    assert template.TEMPLATE_STORE.schema not in template.get_template().statements


def test_a_recording_of_other_migrations_is_refused(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(template, "template_version", lambda: "another")
    with pytest.raises(TemplateOutdated):
        template.get_template()


def test_an_older_process_is_refused_while_a_newer_recording_is_in_force(db: None) -> None:
    from apps.common.clock import now

    StoreTemplate.objects.create(version="newer", statements=";", table_count=0, built_at=now())
    with pytest.raises(TemplateOutdated):
        template.ensure_template()


def test_building_when_current_does_nothing(db: None) -> None:
    before = StoreTemplate.objects.get(version=template.template_version())
    after = template.build_template()
    assert (after.pk, after.statements) == (before.pk, before.statements)


@pytest.mark.django_db(transaction=True)
def test_provisioning_waits_while_the_template_is_built(db: None) -> None:
    with transaction.atomic(using="platform"):
        template._lock(shared=False)
        got_in = threading.Event()

        def provision() -> None:
            with template.provisioning_lock():
                got_in.set()
            connections.close_all()

        thread = threading.Thread(target=provision)
        thread.start()
        assert not got_in.wait(0.5)
    assert got_in.wait(10)
    thread.join(10)


@pytest.mark.django_db(transaction=True)
def test_many_provision_at_once(db: None) -> None:
    got_in = threading.Event()

    def provision() -> None:
        with template.provisioning_lock():
            got_in.set()
        connections.close_all()

    with template.provisioning_lock():
        thread = threading.Thread(target=provision)
        thread.start()
        assert got_in.wait(10), "the second waits for the first"
    thread.join(10)
