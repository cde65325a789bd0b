"""How databases are shown, what the readiness probe asks, and the two documents databases."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client

from apps.diagnostics.database_health import _warnings_of
from apps.platform import services
from apps.platform.models import Store
from apps.platform.selectors import get_database_config
from apps.tenancy.connections import forget_database
from apps.tenancy.context import use_store
from apps.tenancy.documents.development import NotADevelopmentCollection
from tests.support.documents import documents

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("system_scope")]


def show(*arguments: str) -> str:
    out = io.StringIO()
    call_command("databases", *arguments, stdout=out)
    return out.getvalue()


def test_every_database_is_shown_with_its_state_and_latency(db: None) -> None:
    found = {row["alias"]: row for row in json.loads(show("--json"))["databases"]}
    assert {"platform", "default", "documents", "documents_dev", "cache"} <= set(found)
    assert all(row["state"] == "ok" and row["latency_ms"] is not None for row in found.values())
    assert "Finding" in show("--indexes")


def test_replicas_are_shown_and_a_dead_one_leaves_the_platform_ready(
    settings: Any, client_for: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    described = connections["default"].settings_dict
    ours, dead = "default_replica_0", "default_replica_1"
    made = {ours: described, dead: {**described, "PORT": "1"}}
    settings.REPLICAS = {"default": list(made)}
    for alias, options in made.items():
        monkeypatch.setitem(settings.DATABASES, alias, options)
        monkeypatch.setitem(connections.settings, alias, options)
    try:
        out = io.StringIO()
        with pytest.raises(SystemExit):
            call_command("databases", "--json", stdout=out)
        found = {row["alias"]: row for row in json.loads(out.getvalue())["databases"]}
        assert found[ours]["role"] == "read replica of default"
        assert "not a replica" in found[ours]["warnings"][0]
        assert found[dead]["state"].startswith("unavailable")
        answer = client_for(None).get("/ready")
        assert answer.status_code == 200
        checks = answer.json()["checks"]
        assert (checks[ours], checks[dead]) == ("ok", "unavailable")
    finally:
        for alias in made:
            connections[alias].close()
            delattr(connections._connections, alias)  # type: ignore[attr-defined]


def test_a_dead_server_of_a_merchant_is_shown_and_leaves_the_platform_ready(
    throwaway_store: Store, client_for: Callable[..., Client]
) -> None:
    store = throwaway_store
    Store.objects.filter(pk=store.pk).update(database_type="postgresql")
    config = {"host": "127.0.0.1", "port": 1, "database": "x", "user": "x", "password": "x"}
    services.save_integration(store=store, kind="database", config={**config, "sslmode": "disable"})
    store.refresh_from_db()
    assert get_database_config(store)["port"] == 1
    try:
        out = io.StringIO()
        with pytest.raises(SystemExit):
            call_command("databases", "--store", store.slug, stdout=out)
        assert "unavailable (StoreUnreachable)" in out.getvalue()
        ready = client_for(None).get("/ready")
        assert (ready.status_code, ready.json()["status"]) == (200, "ok")
        assert set(ready.json()["checks"]) >= {"platform", "default", "documents", "cache"}
    finally:
        forget_database(store.active_store.alias)


def test_a_dead_server_of_a_region_is_told_and_leaves_the_platform_ready(
    client_for: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = {**connections["default"].settings_dict, "HOST": "127.0.0.1", "PORT": "1"}
    monkeypatch.setitem(settings.DATABASES, "cluster_far", dead)
    try:
        answer = client_for(None).get("/ready")
        assert answer.json()["checks"]["cluster_far"] == "unavailable"
        assert answer.status_code == 200
    finally:
        forget_database("cluster_far")


@pytest.mark.parametrize(
    ("described", "is_documents", "is_warned"),
    [
        ({"HOST": "127.0.0.1"}, False, False),
        ({"HOST": "db.example.com"}, False, True),
        ({"HOST": "db.example.com", "OPTIONS": {"sslmode": "require"}}, False, True),
        ({"HOST": "db.example.com", "OPTIONS": {"sslmode": "verify-full"}}, False, False),
        ({"HOST": "mongodb+srv://u:p@cluster.example.com/x"}, True, False),
        ({"HOST": "mongodb://u:p@cluster.example.com/x"}, True, True),
        ({"HOST": "mongodb://h/?tls=true&tlsInsecure=true"}, True, True),
        ({"HOST": "mongodb://127.0.0.1:27017/x"}, True, False),
    ],
)
def test_less_than_verified_tls_is_a_visible_warning(
    described: dict[str, Any], is_documents: bool, is_warned: bool
) -> None:
    assert bool(_warnings_of(described, is_documents=is_documents)) is is_warned


def test_in_fallback_only_development_collections_are_writable(store: Any, settings: Any) -> None:
    settings.MONGODB_DEV_IS_FALLBACK = True
    with use_store(store):
        collection = documents("documents_dev").get_collection("clickpost_orders")
        with pytest.raises(NotADevelopmentCollection):
            collection.insert_one({"a": 1})
        with pytest.raises(NotADevelopmentCollection):
            collection.delete_many({})
        assert collection.count_documents({}) == 0
        development = documents("documents_dev").get_collection("clickpost_dev_orders")
        development.insert_one({"a": 1})
        assert development.delete_many({}).deleted_count == 1
        documents().get_collection("clickpost_orders").delete_many({})


def test_development_documents_are_never_reset_in_fallback(settings: Any) -> None:
    settings.MONGODB_DEV_IS_FALLBACK = True
    with pytest.raises(CommandError, match="MONGODB_DEV_URI"):
        call_command("reset_development_documents", "--yes")


def test_nor_when_both_addresses_lead_to_one_database(settings: Any) -> None:
    settings.MONGODB_DEV_IS_FALLBACK = False
    described = connections["documents_dev"].settings_dict
    own = described["NAME"]
    described["NAME"] = connections["documents"].settings_dict["NAME"]
    try:
        with pytest.raises(CommandError, match="same database"):
            call_command("reset_development_documents", "--yes")
    finally:
        described["NAME"] = own


def test_elsewhere_they_are_reset_after_a_confirmation(settings: Any) -> None:
    settings.MONGODB_DEV_IS_FALLBACK = False
    with pytest.raises(CommandError, match="--yes"):
        call_command("reset_development_documents", stdout=io.StringIO())
    out = io.StringIO()
    call_command("reset_development_documents", "--yes", stdout=out)
    assert "empty" in out.getvalue()
