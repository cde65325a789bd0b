"""Bringing existing stores up to the code."""

from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connections

from apps.placements.kinds import placement_of
from apps.placements.release.template import graph_version
from apps.platform.models import Store
from apps.provisioning.services.migrating import migrate_stores, survey_backlog
from apps.tenancy.context import use_store

TABLE = "checkout_checkoutfence"


def set_back(store: Any, *, then: Any = "") -> None:
    """As if the store had been opened before the app `checkout` existed."""
    with use_store(store), connections["default"].cursor() as cursor:
        for model in apps.get_app_config("checkout").get_models():
            cursor.execute(f"DROP TABLE {model._meta.db_table} CASCADE")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'checkout'")
        if then:
            cursor.execute(then)
    Store.objects.filter(pk=store.pk).update(schema_version="older")


def test_a_store_that_is_behind_is_migrated_and_the_others_are_not_touched(
    store: Any, other_store: Any
) -> None:
    set_back(store)
    (done,) = migrate_stores()
    assert (done.slug, done.changed, done.error) == ("alpha", True, "")
    assert TABLE in placement_of(store).list_tables()
    store.refresh_from_db()
    assert store.schema_version == graph_version()
    assert list(migrate_stores()) == []


def test_a_broken_store_is_reported_and_stops_nobody(store: Any, other_store: Any) -> None:
    set_back(store, then=f"CREATE TABLE {TABLE} (in_the_way text)")
    set_back(other_store)
    results = {result.slug: result for result in migrate_stores()}
    assert "already exists" in results["alpha"].error
    assert results["beta"].changed
    assert Store.objects.get(slug="alpha").schema_version == "older"
    assert TABLE in placement_of(other_store).list_tables()


def test_the_command_names_the_broken_store_and_exits_1(store: Any) -> None:
    set_back(store, then=f"CREATE TABLE {TABLE} (in_the_way text)")
    errors = StringIO()
    with pytest.raises(CommandError, match="1 stores could not be migrated"):
        call_command("migrate_stores", stdout=StringIO(), stderr=errors)
    assert errors.getvalue().startswith("alpha: ")
    assert "Traceback" not in errors.getvalue()


def test_only_the_named_store_is_migrated(store: Any, other_store: Any) -> None:
    set_back(store)
    set_back(other_store)
    shown = StringIO()
    call_command("migrate_stores", "--store", "beta", stdout=shown)
    assert "1 migrated, 0 failed" in shown.getvalue()
    assert TABLE not in placement_of(store).list_tables()


def test_the_plan_changes_nothing(store: Any) -> None:
    set_back(store)
    shown = StringIO()
    call_command("migrate_stores", "--plan", stdout=shown)
    assert shown.getvalue().splitlines()[0] == "behind alpha"
    assert TABLE not in placement_of(store).list_tables()


def test_a_store_without_a_list_of_migrations_is_behind_and_hides_no_other(
    store: Any, other_store: Any
) -> None:
    """The question about all stores of a cluster fails for it; the others are current all the same."""
    with use_store(store), connections["default"].cursor() as cursor:
        cursor.execute("DROP TABLE django_migrations")
    behind = survey_backlog()
    assert [each.slug for each in behind.stores] == ["alpha"]
    assert behind.stale_records == {store.pk}
    assert behind.unreachable == set()
