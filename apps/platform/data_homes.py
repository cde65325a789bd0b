"""Which data lives where, derived from the models themselves, and how the databases are doing."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.db.models import Model

from apps.platform.models import DatabaseType, Store
from apps.platform.selectors import list_placed_stores
from apps.platform.tenancy.context import outside_store, use_store
from apps.platform.tenancy.routers import DOCUMENTS, DOCUMENTS_DEV, PLATFORM, Home, home_of
from config.settings import homes

DATABASES: Final = {
    Home.PLATFORM: "the master database, schema `public`",
    Home.STORE: "the active store's own schema or database",
    Home.SHARED: "both: the platform's people in `public`, a store's in the store's own",
    Home.DOCUMENTS: "MongoDB, every document of one store",
    Home.DOCUMENTS_DEV: "MongoDB, documents of development integrations",
}


@dataclass(frozen=True)
class DataHome:
    """One model and the place of its rows. `table` is a collection for documents."""

    home: str
    app: str
    model: str
    table: str


@dataclass(frozen=True)
class DatabaseState:
    """One database, without credentials. `latency_ms` is None when it does not answer."""

    alias: str
    role: str
    engine: str
    name: str
    state: str
    latency_ms: float | None

    @property
    def is_good(self) -> bool:
        return self.state == "ok"


def list_data_homes() -> list[DataHome]:
    """Every model that has rows, ordered by home, app and model."""
    order = list(DATABASES)
    found = [
        (order.index(home), model)
        for model in apps.get_models(include_auto_created=True)
        if (home := home_of(model)) is not None and home is not Home.NONE and _has_rows(model)
    ]
    found.sort(key=lambda pair: (pair[0], pair[1]._meta.app_label, pair[1].__name__))
    return [
        DataHome(
            home=str(order[position]),
            app=model._meta.app_label,
            model=model.__name__,
            table=model._meta.db_table,
        )
        for position, model in found
    ]


def _has_rows(model: type[Model]) -> bool:
    """A table or collection of an app that `config/settings/homes.py` names."""
    named = (*homes.PLATFORM_APPS, *homes.SHARED_APPS, *homes.STORE_APPS)
    is_named = apps.get_app_config(model._meta.app_label).name in named
    return is_named and bool(model._meta.managed) and not model._meta.proxy


def list_databases() -> list[DatabaseState]:
    """Ask every database something small. Never raises: what does not answer is in the list as such."""
    with outside_store():
        found = [
            _measure(PLATFORM, "platform: the registry", lambda: _ask_sql(PLATFORM)),
            _measure("default", "stores on the shared cluster", lambda: _ask_sql("default")),
            _measure(DOCUMENTS, "documents", lambda: _ask_documents(DOCUMENTS)),
            _measure(
                DOCUMENTS_DEV, "documents of development", lambda: _ask_documents(DOCUMENTS_DEV)
            ),
        ]
        if found[0].is_good:
            found.extend(_measure_store(store) for store in list_placed_stores())
        found.append(_measure_cache())
    return found


def _measure_store(store: Store) -> DatabaseState:
    def ask() -> None:
        with use_store(store):
            _ask_sql("default")

    state, latency = _time(ask)
    return DatabaseState(
        alias=store.active_store.alias,
        role=f"the store {store.slug}",
        engine=DatabaseType(store.database_type).value,
        name=store.database_name,
        state=state,
        latency_ms=latency,
    )


def _measure(alias: str, role: str, ask: Callable[[], object]) -> DatabaseState:
    state, latency = _time(ask)
    described = settings.DATABASES[alias]
    is_sql = alias in (PLATFORM, "default")
    return DatabaseState(
        alias=alias,
        role=role,
        engine="PostgreSQL" if is_sql else "MongoDB",
        name=str(described["NAME"]),
        state=state,
        latency_ms=latency,
    )


def _measure_cache() -> DatabaseState:
    state, latency = _time(lambda: cache.get("databases"))
    return DatabaseState(
        alias="cache",
        role="cache, locks, task queue",
        engine="Redis",
        name="",
        state=state,
        latency_ms=latency,
    )


def _time(ask: Callable[[], object]) -> tuple[str, float | None]:
    """The second of two asks counts: the first pays for connecting."""
    try:
        ask()
        started = time.perf_counter()
        ask()
    except Exception as error:  # a state, not an error: the command tells it
        return f"unavailable ({type(error).__name__})", None
    return "ok", round((time.perf_counter() - started) * 1000, 2)


def _ask_sql(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_documents(alias: str) -> None:
    connection: Any = connections[alias]
    connection.ensure_connection()
    connection.connection.admin.command("ping")


def as_json(databases: Iterable[DatabaseState], rows: Iterable[DataHome]) -> dict[str, Any]:
    return {
        "databases": [asdict(database) for database in databases],
        "homes": [asdict(row) for row in rows],
    }


def render_page() -> str:
    """`docs/data-homes.md`, whole."""
    return "\n".join([*_head(), *_tables(list_data_homes()), *_classic_map(), ""])


def _head() -> Iterator[str]:
    yield from (
        "# Data homes",
        "",
        "Which rows live in which database. Written by `manage.py databases --write-docs`; a test keeps it equal to",
        "the code. Why it is so stands in `docs/architecture.md`.",
        "",
        "| home | where |",
        "|---|---|",
    )
    for home, place in DATABASES.items():
        yield f"| **{home}** | {place} |"
    yield ""


def _tables(found: list[DataHome]) -> Iterator[str]:
    for home in DATABASES:
        rows = [row for row in found if row.home == home]
        if not rows:
            continue
        yield from (f"## {home}", "", "| app | model | table or collection |", "|---|---|---|")
        for row in rows:
            yield f"| {row.app} | {row.model} | `{row.table}` |"
        yield ""


def _classic_map() -> Iterator[str]:
    yield from (
        "## Coming from one database per topic",
        "",
        "A shop is often drawn with three databases: users, orders, products. Here a store's people and orders share",
        "one database, because an order and its buyer are read, written and backed up together, and each store has",
        "its own:",
        "",
        "| in the classic split | here |",
        "|---|---|",
        "| users database | **shared**: in each store's own database, and in the master for the platform's staff |",
        "| orders database (orders, payments, shipments, stock) | **store**: in each store's own database |",
        "| products database (catalog, carts, reviews, activity) | **documents**: MongoDB |",
        "| the list of shops, plans, billing | **platform**: the master database |",
    )
