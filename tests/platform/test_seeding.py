"""What a new store starts with."""

from typing import Any

from apps.platform import seeding
from apps.tenancy.context import use_store


def test_every_app_with_defaults_is_seeded(store: Any) -> None:
    labels = [label for label, _ in seeding.list_seeds()]
    assert {"accounts", "inventory", "pricing"} <= set(labels)
    assert seeding.seed_store(store.active_store) == labels


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
    seeding.seed_store(store.active_store)
    assert count() == before
