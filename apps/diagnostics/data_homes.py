"""The home of each model, derived from the models, and the state of the databases."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db.models import Model

from apps.tenancy.routers import Home, home_of

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


def list_data_homes() -> list[DataHome]:
    """Every model with rows, ordered by home, app and model."""
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
    named = (*settings.PLATFORM_APPS, *settings.SHARED_APPS, *settings.STORE_APPS)
    is_named = apps.get_app_config(model._meta.app_label).name in named
    return is_named and bool(model._meta.managed) and not model._meta.proxy


def as_json(databases: Iterable[Any], rows: Iterable[DataHome]) -> dict[str, Any]:
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
        "Which rows live in which database. Written by `manage.py write_docs`; a test keeps it equal to",
        "the code. The reasons are in `docs/architecture.md`.",
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
