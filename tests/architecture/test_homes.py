"""Every model has one home, and nothing points across homes."""

import gc
import weakref

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.db import models
from django.db.migrations.loader import MigrationLoader

from apps.tenancy.context import NoActiveStore
from apps.tenancy.routers import Home, HomeRouter, home_of


def test_every_model_has_a_home() -> None:
    assert [m._meta.label for m in apps.get_models() if home_of(m) is None] == []


def test_the_tenancy_checks_pass() -> None:
    assert run_checks(tags=["tenancy"]) == []


def test_store_models_raise_without_a_store() -> None:
    router = HomeRouter()
    for model in apps.get_models():
        if home_of(model) is Home.STORE:
            with pytest.raises(NoActiveStore):
                router.db_for_read(model)


def test_no_conditional_unique_constraint_guards_a_store_model() -> None:
    """MariaDB leaves them out in silence; a store may be placed there."""
    offenders = []
    for model in apps.get_models():
        if home_of(model) in (Home.STORE, Home.SHARED) and model.__module__.startswith("apps."):
            for constraint in model._meta.constraints:
                if isinstance(constraint, models.UniqueConstraint) and (
                    constraint.condition is not None or constraint.expressions
                ):
                    offenders.append(f"{model._meta.label}.{constraint.name}")
    assert offenders == []


def test_modules_of_models_and_documents_say_what_they_hold() -> None:
    missing = []
    for model in apps.get_models():
        if model.__module__.startswith("apps."):
            module = __import__(model.__module__, fromlist=["x"])
            if not (module.__doc__ or "").strip():
                missing.append(model.__module__)
    assert missing == []


def test_the_models_of_a_migration_are_forgotten_after_it() -> None:
    """A process that opens stores for weeks plays migrations again and again; each has a registry of models."""
    past = MigrationLoader(None).project_state().apps
    model = past.get_model("orders", "Order")
    assert home_of(model) is Home.STORE
    seen = weakref.ref(past)
    del past, model
    gc.collect()
    assert seen() is None
