"""What operators change by commands is in the platform's audit log, by the command's name."""

import io
import secrets
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command

from apps.accounts.models import User
from apps.common.origin import from_command, use_origin
from apps.demo.services import loading
from apps.events.models import AuditEntry
from apps.platform import services
from apps.platform.models import IntegrationConfig, Plan, Store, Subscription
from apps.tenancy.context import use_store
from tests.support.acting import seeing_all
from tests.support.trading import trade

pytestmark = pytest.mark.usefixtures("system_scope")


def run(name: str, *arguments: str) -> str:
    out = io.StringIO()
    with use_origin(lambda: from_command(name)):
        call_command(name, *arguments, stdout=out)
    return out.getvalue()


def assert_noted(action: str, command: str, target: str = "") -> None:
    found = AuditEntry.objects.filter(action=action, actor_label=f"manage.py {command}")
    if target:
        found = found.filter(target_label=target)
    entry = found.first()
    assert entry is not None, f"{command} left no {action}"
    assert (entry.actor_kind, entry.door) == ("system", "command")


def test_a_store_is_opened(db: None) -> None:
    run("provision_store", "tea-house")
    assert_noted("store.opened", "provision_store", "Tea House")


def test_a_store_is_suspended_and_opened_and_put_on_another_plan(store: Store) -> None:
    run("suspend_store", store.slug, "--reason", "The bill is not paid.", "--yes")
    assert_noted("store.suspended", "suspend_store", store.name)
    run("reinstate_store", store.slug)
    assert_noted("store.reinstated", "reinstate_store", store.name)
    run("unpublish_store", store.slug, "--reason", "Repairs")
    assert_noted("store.unpublished", "unpublish_store", store.name)
    run("publish_store", store.slug)
    assert_noted("store.published", "publish_store", store.name)
    run("archive_store", store.slug, "--yes")
    assert_noted("store.archived", "archive_store", store.name)
    run("reinstate_store", store.slug)
    run("change_plan", store.slug, "enterprise")
    assert_noted("store.plan_changed", "change_plan", store.name)
    granted = ("grant_limit", store.slug, "products")
    run(*granted, "--value", "7", "--until", "2099-01-31", "--reason", "A fair")
    assert_noted("store.limit_granted", "grant_limit", store.name)
    run(*granted, "--end")
    assert_noted("store.limit_grant_ended", "grant_limit", store.name)


def test_a_login_is_made(store: Store) -> None:
    run("create_login", store.slug, "ann@example.com", "--role", "owner")
    with use_store(store):
        assert_noted("user.created", "create_login", "ann@example.com")
        assert_noted("user.password_link_made", "create_login", "ann@example.com")


def test_the_demo_is_loaded(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = loading.SHOPS[0]
    monkeypatch.setattr(loading, "SHOPS", [shop])
    for name in ("_dress", "publish_pages", "fill_shelves", "sell_gift_cards", "make_sales"):
        monkeypatch.setattr(loading, name, lambda *args, **options: [])
    for name in ("ADMIN_EMAIL", "ADMIN_PASSWORD", "DEMO_PASSWORD", "POLYSTORE_LOCAL"):
        monkeypatch.setenv(name, "demo@example.com")
    run("load_demo")
    assert_noted("store.opened", "load_demo", shop.name)
    with seeing_all(Store.objects.get(slug=shop.slug)):
        assert User.objects.count() > len(loading.STAFF)
        assert [entry.action for entry in AuditEntry.objects.all()] == ["demo.loaded"]
        assert_noted("demo.loaded", "load_demo", f"The demo of {shop.name}")


def test_plans_that_were_missing_are_made(db: None, store: Any) -> None:
    Subscription.objects.exclude(plan__code="free").delete()
    Plan.objects.filter(stores=None).delete()
    run("migrate_platform")
    assert_noted("platform.migrated", "migrate_platform")


def test_credentials_are_rotated(store: Any, settings: Any) -> None:
    services.save_integration(store=store, kind=IntegrationConfig.DATABASE, config={"a": "b"})
    settings.CREDENTIALS_KEYS = [Fernet.generate_key().decode(), *settings.CREDENTIALS_KEYS]
    run("rotate_credentials_key")
    assert_noted("credentials.key_rotated", "rotate_credentials_key")


def test_development_documents_are_deleted(db: None, settings: Any) -> None:
    settings.MONGODB_DEV_IS_FALLBACK = False
    run("reset_development_documents", "--yes")
    assert_noted("development_documents.deleted", "reset_development_documents")


@pytest.mark.matrix
@pytest.mark.django_db(transaction=True)
def test_from_an_archive_to_a_deletion(throwaway_store: Any, settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_DIR, settings.MEDIA_ROOT = tmp_path / "exports", tmp_path / "media"
    store, slug = throwaway_store, throwaway_store.slug
    trade(store)
    file, copy = str(tmp_path / "one.polystore"), f"copy-{secrets.token_hex(4)}"
    run("backup_store", slug, "--output", file)
    assert_noted("store.backed_up", "backup_store", store.name)
    run("restore_store", file, "--replace", slug, "--yes", "--no-keep")
    assert_noted("store.restored", "restore_store", store.name)
    run("branch_store", slug, "--as", copy)
    assert_noted("store.branched", "branch_store", store.name)
    run("branch_store", copy, "--discard")
    assert_noted("store.sandbox_discarded", "branch_store")
    run("backup_platform", "--output", str(tmp_path / "all"))
    assert_noted("platform.backed_up", "backup_platform")
    run("restore_store", file, "--into", copy)
    run("delete_store", copy, "--yes")
    assert_noted("store.deletion_requested", "delete_store", Store.objects.get(slug=copy).name)
    run("delete_store", copy, "--cancel")
    assert_noted("store.deletion_cancelled", "delete_store")
    run("delete_store", copy, "--yes")
    run("delete_store", copy, "--confirm", copy)
    assert_noted("store.deleted", "delete_store")
