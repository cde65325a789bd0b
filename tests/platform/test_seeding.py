"""What a new store starts with."""

from typing import Any

import pytest

from apps.platform import seeding
from apps.provisioning.steps import seed_store
from apps.tenancy.context import use_store


def test_every_app_with_defaults_is_seeded(store: Any) -> None:
    seeded = {name.split(".")[1] for name in seed_store(store.active_store)}
    assert seeded == {"accounts", "content", "inventory", "payments", "pricing"}


def test_roles_are_given_again_when_their_table_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    before = seeding.refresh_version()
    monkeypatch.setattr("apps.accounts.defaults.ROLE_PERMISSIONS", {})
    assert seeding.refresh_version.__wrapped__() != before
    assert list(seeding.refreshes.items()) == ["apps.accounts.defaults"]


def test_seeding_again_changes_nothing(store: Any) -> Any:
    from django.apps import apps

    from apps.tenancy.routers import Home, home_of

    def count() -> Any:
        with use_store(store):
            return {
                model._meta.label: model.objects.count()
                for model in apps.get_models()
                if home_of(model) in (Home.STORE, Home.SHARED) and hasattr(model, "objects")
            }

    before = count()
    seed_store(store.active_store)
    assert count() == before
