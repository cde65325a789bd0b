"""Which database a model's rows live in: the one place that knows, derived from `config/settings/homes.py`."""

from enum import StrEnum
from typing import Any
from weakref import WeakKeyDictionary

from django.apps import apps
from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django_mongodb_backend.fields import ObjectIdAutoField
from django_mongodb_backend.models import EmbeddedModel

from apps.tenancy.aliases import DOCUMENTS_DEV
from apps.tenancy.clusters import list_documents_aliases
from apps.tenancy.context import NoActiveStore, WrongStore, current_store_or_none
from apps.tenancy.replicas import find_replica

DEFAULT, PLATFORM = "default", "platform"


class Home(StrEnum):
    """Where rows live. `shared` tables exist in the platform's home and in every store's."""

    PLATFORM = "platform"
    STORE = "store"
    SHARED = "shared"
    DOCUMENTS = "documents"
    DOCUMENTS_DEV = "documents_dev"
    NONE = "none"  # embedded models have no rows of their own


def _app_homes() -> dict[str, Home]:
    found = {}
    for names, home in (
        (settings.PLATFORM_APPS, Home.PLATFORM),
        (settings.SHARED_APPS, Home.SHARED),
        (settings.STORE_APPS, Home.STORE),
    ):
        for config in apps.get_app_configs():
            if config.name in names:
                found[config.label] = home
    return found


# Weak references, because each historical model class of a migration refers to a whole registry.
_known_homes: WeakKeyDictionary[type[Model], Home | None] = WeakKeyDictionary()


def home_of(model: type[Model]) -> Home | None:
    """The home of a model class, historical ones of migrations included; None for a class without a home."""
    try:
        return _known_homes[model]
    except KeyError:
        home = _known_homes[model] = _find_home(model)
        return home


def _find_home(model: type[Model]) -> Home | None:
    try:
        live: type[Model] = apps.get_model(model._meta.app_label, model._meta.model_name or "")
    except LookupError:
        live = model
    if issubclass(live, EmbeddedModel):
        return Home.NONE
    # not isinstance: Django lets every automatic key pass as an instance of any AutoField
    if ObjectIdAutoField in type(live._meta.pk).__mro__:
        return Home(getattr(live, "home", Home.DOCUMENTS))
    if live._meta.app_label in settings_only_labels():
        return Home.NONE
    return _app_homes().get(live._meta.app_label)


def home_alias() -> str:
    """The database of shared rows (people, events): the active store's, or the platform's with no active store.

    For `atomic(using=...)`: a plain `atomic()` always means the store's.
    """
    return PLATFORM if current_store_or_none() is None else DEFAULT


def home_connection() -> BaseDatabaseWrapper:
    """The connection behind `home_alias()`."""
    return connections[home_alias()]


def reads_of(rows: "QuerySet[Any, Any]") -> BaseDatabaseWrapper:
    """The connection on which these rows would be read, for a statement that is written around theirs."""
    return connections[rows.db]


def close_platform_connection() -> None:
    """Of a thread that ends."""
    connections[PLATFORM].close()


def settings_only_labels() -> frozenset[str]:
    """Labels that tests may add without a home."""
    return frozenset(getattr(settings, "APPS_WITHOUT_HOME", ()))


class HomeRouter:
    """Answers Django's question "which database?" from the model's home and the active store."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        alias = self._database_of(model)
        return find_replica() or DEFAULT if alias == DEFAULT else alias

    def _database_of(self, model: type[Model]) -> str | None:
        home = home_of(model)
        if home is Home.PLATFORM:
            return PLATFORM
        if home in (Home.DOCUMENTS, Home.DOCUMENTS_DEV):
            return str(home)
        if home is Home.SHARED:
            return PLATFORM if current_store_or_none() is None else DEFAULT
        if home is Home.STORE:
            if current_store_or_none() is None:
                raise NoActiveStore(
                    f"{model._meta.label} belongs to a store, and no store is active."
                )
            return DEFAULT
        return None

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        instance = hints.get("instance")
        if instance is not None:
            refuse_foreign(instance)
        return self._database_of(model)

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool | None:
        refuse_foreign(one)
        refuse_foreign(other)
        # not `type()`: `request.user` is a lazy object in front of the real one
        homes_of_both = {home_of(one.__class__), home_of(other.__class__)}
        return len(homes_of_both) == 1 or homes_of_both in (
            {Home.STORE, Home.SHARED},
            {Home.PLATFORM, Home.SHARED},
        )

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints: Any
    ) -> bool:
        if model_name is None:
            # RunPython and RunSQL say which home they are for by hints={"home": "store"}
            home = Home(hints["home"]) if "home" in hints else _app_homes().get(app_label)
        else:
            home = _home_by_name(app_label, model_name, hints.get("model"))
        return db in _databases_of(home)


def _home_by_name(app_label: str, model_name: str, model: type[Model] | None) -> Home | None:
    if model is not None:
        return home_of(model)
    try:
        found: Any = apps.get_model(app_label, model_name)
        return home_of(found)
    except LookupError:
        return _app_homes().get(app_label)


def _databases_of(home: Home | None) -> set[str]:
    """The aliases that hold tables of a home. A placed store's alias is reached through `default`."""
    store = current_store_or_none()
    stores = {DEFAULT} | ({store.alias} if store is not None else set())
    return {
        Home.PLATFORM: {PLATFORM},
        Home.STORE: stores,
        Home.SHARED: {PLATFORM} | stores,
        Home.DOCUMENTS: set(list_documents_aliases())
        | ({store.documents_alias} if store is not None else set()),
        Home.DOCUMENTS_DEV: {DOCUMENTS_DEV},
    }.get(home or Home.NONE, set())


def refuse_foreign(instance: Model) -> None:
    """Raise `WrongStore` for an instance built or loaded in another store than the active one."""
    origin = getattr(instance, "_origin", None)
    store = current_store_or_none()
    if origin is not None and origin != (store.id if store is not None else "platform"):
        raise WrongStore(f"This {instance._meta.verbose_name} belongs to another store.")
