"""A release comes to stores that exist: recorded on the template, replayed in each of them."""

import json
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connections

from apps.common.origin import from_command, use_origin
from apps.events.models import AuditEntry
from apps.placements.release import template
from apps.placements.release.replaying import MigrationMethod, find_missing
from apps.platform.errors import CanaryFailed
from apps.platform.models import Store, TemplateStep
from apps.provisioning.services.migrating import Canaries, migrate_stores, survey_backlog
from apps.tenancy.context import use_store
from tests.support.acting import seeing_all
from tests.support.releases import ADD_COLUMN, ADD_TABLE, TABLE
from tests.support.schema_objects import CATALOG, read_catalog

pytestmark = pytest.mark.matrix


def columns_of(store: Any, table: Any = TABLE) -> Any:
    with use_store(store), connections["default"].cursor() as cursor:
        description = connections["default"].introspection.get_table_description(cursor, table)
        return {column.name for column in description}


def run(**options: Any) -> Any:
    return {done.slug: done for done in migrate_stores(**options)}


def test_an_additive_release_is_replayed_in_every_store(
    release: Any, store: Any, other_store: Any
) -> None:
    release.add(ADD_COLUMN)
    with release.running():
        done = run()
        assert {slug: (each.way, each.error) for slug, each in done.items()} == {
            "alpha": (MigrationMethod.REPLAYED, ""),
            "beta": (MigrationMethod.REPLAYED, ""),
        }
        assert survey_backlog().stores == []
        assert run() == {}
    for each in (store, other_store):
        assert "note" in columns_of(each)


def test_a_replayed_store_a_migrated_one_and_a_new_one_are_equal(
    release: Any, store: Any, other_store: Any
) -> None:
    """Catalog, content types and permissions, object by object, after two releases."""
    release.add(ADD_COLUMN)
    with release.running():
        template.build_template()
    release.add(ADD_TABLE, 'migrations.RunSQL("CREATE INDEX early ON checkout_gift (text)")')
    with release.running():
        template.build_template()
        template.migrate_schema(other_store.active_store)
        assert run()["alpha"].way == MigrationMethod.REPLAYED
        from tests.support.databases import open_store

        opened = open_store()
        catalogs = [read_catalog(each.active_store) for each in (store, other_store, opened)]
    for kind in CATALOG.keys() - {"sequences"}:
        assert catalogs[0][kind] == catalogs[1][kind] == catalogs[2][kind], kind
    references = []
    for each in (store, other_store, opened):
        with use_store(each):
            types = set(ContentType.objects.values_list("id", "app_label", "model"))
            references.append((types, set(Permission.objects.values_list("id", "codename"))))
    assert references[0] == references[1] == references[2]
    assert any(model == "gift" for _id, _app, model in references[0][0])


def test_new_permissions_find_their_roles_and_fresh_ids_follow(
    release: Any, store: Any, other_store: Any
) -> None:
    release.add(ADD_TABLE)
    with release.running():
        run()
        with use_store(store):
            owner = Group.objects.get(name="owner")
            assert owner.permissions.filter(codename="add_gift").count() == 1
            reader = Group.objects.get(name="read_only")
            assert not reader.permissions.filter(codename="add_gift").exists()
            highest = Permission.objects.order_by("-id").values_list("id", flat=True)[0]
            made = Permission.objects.create(
                codename="later", name="Later", content_type=ContentType.objects.all()[0]
            )
            assert made.id > highest


BACKFILL = """
def fill(apps, schema_editor):
    fences = apps.get_model("checkout", "CheckoutFence")
    assert schema_editor.connection.schema_name
    for fence in fences.objects.all():
        fence.note = fence.note + " " + fence.outcome
        fence.save()
"""


def test_code_in_a_migration_sees_the_rows_of_each_store(
    release: Any, store: Any, other_store: Any
) -> None:
    from apps.checkout.models import CheckoutFence
    from apps.common.ids import new_id

    with use_store(store):
        CheckoutFence.objects.create(pk=new_id(), outcome="placed")
    name = release.add(
        ADD_COLUMN, "migrations.RunPython(fill, migrations.RunPython.noop)", helpers=BACKFILL
    )
    with release.running():
        done = run()
        assert {each.way for each in done.values()} == {MigrationMethod.MIGRATED}
        (step,) = TemplateStep.objects.all()
        assert step.python == [f"checkout.{name} runs fill()"]
    with use_store(store), connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT note FROM {TABLE}")
        assert cursor.fetchall() == [("new placed",)]
    with use_store(other_store), connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {TABLE}")
        assert cursor.fetchone() == (0,)


def test_sql_about_rows_is_replayed_on_each_store_s_own_rows(
    release: Any, store: Any, other_store: Any
) -> None:
    """Written as `RunSQL`, mixed with definitions in one text, between two changes of the same table."""
    release.add(
        ADD_COLUMN,
        'migrations.RunSQL("UPDATE checkout_checkoutfence SET note = outcome; '
        'CREATE INDEX of_note ON checkout_checkoutfence (note)")',
    )
    release.add('migrations.RunSQL("ALTER TABLE checkout_checkoutfence ALTER note SET NOT NULL")')
    from apps.checkout.models import CheckoutFence
    from apps.common.ids import new_id

    with use_store(store):
        CheckoutFence.objects.create(pk=new_id(), outcome="placed")
    with release.running():
        assert {each.way for each in run().values()} == {MigrationMethod.REPLAYED}
        from tests.support.databases import open_store

        opened = open_store()
    with use_store(store), connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT note FROM {TABLE}")
        assert cursor.fetchall() == [("placed",)]
    assert ("checkout_checkoutfence", "of_note") in {
        row[:2] for row in read_catalog(opened.active_store)["indexes"]
    }


NOT_PLAIN = """
import uuid
from django.db.migrations.operations.base import Operation
def fill(apps, schema_editor): pass
class Own(Operation):
    def state_forwards(self, *args): pass
    def database_forwards(self, *args): pass
class Sly(migrations.RunSQL):
    def database_forwards(self, app_label, schema_editor, *args):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("CREATE TABLE sly (id int)")
"""


def test_what_a_replay_can_t_do_is_recognised(release: Any, db: None) -> None:
    added = release.add(
        "migrations.RunPython(fill)",
        "migrations.SeparateDatabaseAndState([migrations.RunPython(fill)])",
        "Own()",
        'migrations.AddField("checkoutfence", "key", models.UUIDField(default=uuid.uuid4))',
        "Sly('a')",
        helpers=NOT_PLAIN,
    )
    with release.running():
        template.build_template()
        (step,) = TemplateStep.objects.all()
    name = f"checkout.{added}"
    assert step.python == [
        f"{name} runs fill()",
        f"{name} runs fill()",
        f"{name} has an operation of its own (Own)",
        f"{name} computes a value for checkoutfence.key",
        "sends, past Django's schema editor: CREATE TABLE sly (id int)",
    ]


def test_a_migration_for_another_home_or_without_code_is_replayed(
    release: Any, store: Any, other_store: Any
) -> None:
    release.add(
        "migrations.RunPython(migrations.RunPython.noop)",
        'migrations.RunPython(boom, hints={"home": "platform"})',
        helpers="def boom(apps, schema_editor): raise RuntimeError",
    )
    with release.running():
        assert {each.way for each in run().values()} == {MigrationMethod.REPLAYED}


def test_a_store_two_releases_behind_walks_both_steps(
    release: Any, store: Any, other_store: Any
) -> None:
    release.add(ADD_COLUMN)
    with release.running():
        run(only=[other_store])
    release.add(ADD_TABLE)
    with release.running():
        done = run()
        assert {each.way for each in done.values()} == {MigrationMethod.REPLAYED}
        assert TemplateStep.objects.count() == 2
    assert columns_of(store) == columns_of(other_store)


def test_steps_lead_only_from_where_they_were_recorded(release: Any, db: None) -> None:
    """A store that has another set of migrations is left to Django; rows of apps long gone do not matter."""
    before = set(template.list_migrations())
    first = ("checkout", release.add(ADD_COLUMN))
    last = ("checkout", release.add(ADD_TABLE))
    with release.running():
        template.build_template()
        assert find_missing(before).can_replay
        assert find_missing(before | {("gone", "0001_initial")}).can_replay
        assert not find_missing(before | {first}).can_replay, "half of the step is there"
        assert not find_missing(before - {("orders", "0001_initial")}).can_replay
        assert find_missing(before | {first, last}).nodes == set()


def test_the_registry_is_not_believed(release: Any, store: Any, other_store: Any) -> None:
    """Marked current, yet an older copy was put in its place: found by the survey, and brought up."""
    release.add(ADD_COLUMN)
    with release.running():
        template.build_template()
        Store.objects.update(schema_version=template.graph_version())
        behind = survey_backlog()
        assert {each.slug for each in behind.stores} == {"alpha", "beta"}
        assert behind.stale_records
        assert {each.way for each in run().values()} == {MigrationMethod.REPLAYED}
        # and the other way round: done, but not noted
        Store.objects.update(schema_version="lost")
        assert {each.way for each in run().values()} == {MigrationMethod.CURRENT}
        assert survey_backlog().stores == []


def test_the_rows_django_writes_last_are_completed_after_a_crash(
    release: Any, store: Any, other_store: Any
) -> None:
    release.add(ADD_TABLE)
    with release.running():
        run()
        with use_store(store):
            Permission.objects.filter(codename__endswith="_gift").delete()
            ContentType.objects.filter(model="gift").delete()
        Store.objects.filter(pk=store.pk).update(schema_version="lost")
        run()
        found = []
        for each in (store, other_store):
            with use_store(each):
                found.append(set(Permission.objects.values_list("id", "codename")))
        assert found[0] == found[1]


def test_other_ids_than_the_template_s_are_mended_with_all_that_points_at_them(
    release: Any, store: Any, other_store: Any
) -> None:
    """A type made by hand, and two of Django's exchanged: rights and the log keep their meaning."""
    from django.contrib.admin.models import LogEntry

    from apps.accounts.models import User

    with seeing_all(store):
        gift = ContentType.objects.create(app_label="checkout", model="gift")
        user = User.objects.create_user("log@example.com", "x")
        LogEntry.objects.create(content_type=gift, user=user, action_flag=1, object_repr="g")
        held = Permission.objects.create(content_type=gift, codename="wrap_gift", name="Wrap")
        user.user_permissions.add(held)
    release.add('migrations.RunSQL("SELECT 1")', ADD_COLUMN)
    release.add(ADD_TABLE.replace("Gift", "Early"), name="early")
    release.add(ADD_TABLE)
    with release.running():
        done = run()
        assert (done["alpha"].way, done["beta"].way) == (
            MigrationMethod.MIGRATED,
            MigrationMethod.REPLAYED,
        )
        with use_store(other_store):
            wanted = dict(ContentType.objects.values_list("id", "model"))
        with seeing_all(store):
            assert dict(ContentType.objects.values_list("id", "model")) == wanted
            entry = LogEntry.objects.get(object_repr="g")
            assert entry.content_type_id is not None
            assert wanted[entry.content_type_id] == "gift"
            assert user.user_permissions.get().codename == "wrap_gift"
            assert wanted[user.user_permissions.get().content_type_id] == "gift"


def test_a_canary_that_fails_halts_the_release(release: Any, store: Any, other_store: Any) -> None:
    release.add(ADD_COLUMN)
    with use_store(store), connections["default"].cursor() as cursor:
        cursor.execute(f"ALTER TABLE {TABLE} ADD COLUMN note text")
    with release.running():
        with pytest.raises(CanaryFailed, match="alpha"):
            run(canaries=Canaries(["alpha"]))
        assert "note" not in columns_of(other_store)
        with pytest.raises(CommandError, match="no other store was touched"):
            call_command(
                "migrate_stores", "--canary", "alpha", stdout=StringIO(), stderr=StringIO()
            )
        done = run(canaries=Canaries(["beta"]))
        assert list(done) == ["beta", "alpha"]


def test_a_share_of_the_stores_goes_first() -> None:
    stores = [Store(slug=f"s{n}") for n in range(10)]
    assert len(Canaries(percent=1).choose(stores)) == 1
    assert len(Canaries(percent=25).choose(stores)) == 3
    assert Canaries().choose(stores) == []


def test_the_report_for_programs(release: Any, store: Any, other_store: Any) -> None:
    name = release.add(ADD_COLUMN)
    with release.running():
        shown = StringIO()
        call_command("migrate_stores", "--dry-run", "--json", stdout=shown)
        plan = json.loads(shown.getvalue())
        assert plan["new"] == [f"checkout.{name}"]
        assert sorted(plan["behind"]) == ["alpha", "beta"]
        assert "note" not in columns_of(store)
        shown = StringIO()
        with use_origin(lambda: from_command("migrate_stores")):
            call_command("migrate_stores", "--json", stdout=shown)
        noted = AuditEntry.objects.filter(action="store.migrated", door="command")
        assert sorted(noted.values_list("target_label", flat=True)) == ["alpha", "beta"]
        report = json.loads(shown.getvalue())
    assert (report["visited"], report["failed"], report["halted"]) == (2, 0, "")
    assert {each["store"]: each["way"] for each in report["stores"]} == {
        "alpha": "replayed",
        "beta": "replayed",
    }


def test_back_to_the_release_of_before_and_forth_again(
    release: Any, store: Any, other_store: Any
) -> None:
    release.add(ADD_COLUMN)
    with release.running():
        run()
    assert {each.way for each in run().values()} == {MigrationMethod.CURRENT}
    with release.running():
        assert {each.way for each in run().values()} == {MigrationMethod.CURRENT}
        assert survey_backlog().stores == []
