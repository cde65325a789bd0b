"""A backup opens as a new store in a database of its own, by the options that open any store."""

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from apps import archive
from apps.accounts.models import User
from apps.catalog.documents import Product
from apps.orders.models import Order
from apps.placements.base import PlaceContents
from apps.placements.kinds import placement_of
from apps.platform.models import IntegrationConfig, Store
from apps.tenancy.connections import forget_database
from apps.tenancy.context import use_store
from tests.checkout.shop import make_cart, make_goods, place
from tests.operations.traces import forget
from tests.support.acting import STAFF
from tests.support.killing_statements import kill_at_statement
from tests.support.mariadb_server import MariaDB
from tests.support.trading import CANARY, trade

pytestmark = [
    pytest.mark.usefixtures("system_scope"),
    pytest.mark.soak,
    pytest.mark.timeout(600),
    pytest.mark.django_db(transaction=True),
]

Place = tuple[str, dict[str, str]]


@pytest.fixture(params=["postgresql", pytest.param("mysql", marks=pytest.mark.mariadbd)])
def new_place(
    request: pytest.FixtureRequest, new_database: Callable[[], dict[str, str]]
) -> Iterator[Place]:
    """The kind of database, and an empty one of it."""
    kind = request.param
    server: Any = request.getfixturevalue("mariadb") if kind == "mysql" else None
    config = server.make_database() if server else new_database()
    yield kind, config
    if server:
        server.drop_database(config["database"])


@pytest.fixture
def backup(throwaway_store: Any, tmp_path: Path, settings: Any) -> str:
    settings.MEDIA_ROOT = tmp_path / "media"
    trade(throwaway_store)
    file = str(tmp_path / "one.polystore")
    call_command("backup_store", throwaway_store.slug, "--output", file, verbosity=0)
    return file


def placing(folder: Path, database_type: str, config: dict[str, str]) -> list[str]:
    """The options of the command that name the place."""
    file = folder / "place.json"
    file.write_text(json.dumps(config))
    return ["--database-type", database_type, "--config", str(file)]


@contextmanager
def forgotten(slug: str) -> Iterator[None]:
    """Nothing of the store that the block opens is left."""
    yield
    opened = Store.objects.get(slug=slug)
    forget_database(opened.active_store.alias)
    forget(opened)


def test_into_a_database_of_its_own(
    throwaway_store: Any, backup: str, new_place: Place, tmp_path: Path
) -> None:
    kind, config = new_place
    slug = f"t{secrets.token_hex(4)}"
    with pytest.raises(CommandError):
        call_command("restore_store", backup, "--into", slug, "--database-type", kind)
    assert not Store.objects.filter(slug=slug).exists()
    where = placing(tmp_path, kind, config)
    with forgotten(slug):
        call_command("restore_store", backup, "--into", slug, "--name", "Else", *where, verbosity=0)
        opened = Store.objects.get(slug=slug)
        assert (opened.status, opened.database_type, opened.name) == ("active", kind, "Else")
        assert placement_of(opened).occupancy().contents is PlaceContents.CURRENT
        assert IntegrationConfig.objects.get(store=opened, kind="database").is_active
        holds_what_was_traded(throwaway_store, opened)
        sells(opened)


def holds_what_was_traded(source: Any, opened: Store) -> None:
    """The same number of everything, and the tables whose rows name no document are equal to the last byte."""
    here, there = (archive.fingerprint_store(store) for store in (source, opened))
    left_out = {f"sql:{name}" for name in archive.LEFT_OUT_OF_COPIES}
    assert {name: found[0] for name, found in here.items() if name not in left_out} == {
        name: found[0] for name, found in there.items() if name not in left_out
    }
    for table in ("accounts_user", "payments_payment", "auth_group", "accounts_user_groups"):
        assert here[f"sql:{table}"] == there[f"sql:{table}"], table
    with use_store(opened, actor=STAFF):
        assert Order.objects.get().note == CANARY
        assert User.objects.get(email="asha@example.com").first_name == CANARY
        with default_storage.open("products/a/small.txt") as file:
            assert file.read().decode() == CANARY


def sells(opened: Store) -> None:
    """Numbers go on where they were, and what was brought back is in stock."""
    with use_store(opened, actor=STAFF):
        [product] = Product.objects.all()
        place(make_cart(make_goods(stock=2)))
        first, second = Order.objects.order_by("placed_at")
        assert first.number != second.number
        assert first.lines.get().product_ref == str(product.pk)


@pytest.mark.faults
@pytest.mark.mariadbd
def test_killed_on_its_way_into_mariadb_it_is_run_again(
    throwaway_store: Any, backup: str, mariadb: MariaDB, tmp_path: Path
) -> None:
    """Among the tables that are made, which do not roll back, among the rows, and at the end."""
    config, slug = mariadb.make_database(), f"t{secrets.token_hex(4)}"
    where = placing(tmp_path, "mysql", config)

    def restore() -> None:
        call_command("restore_store", backup, "--into", slug, *where, verbosity=0)

    with forgotten(slug):
        points = (60, 300, 600, 740, 100, 800)
        killed = sum(kill_at_statement(restore, n) for n in points if not is_open(slug))
        assert killed >= 4
        if not is_open(slug):
            restore()
        opened = Store.objects.get(slug=slug)
        assert (opened.status, placement_of(opened).occupancy().contents) == (
            "active",
            PlaceContents.CURRENT,
        )
        holds_what_was_traded(throwaway_store, opened)
        sells(opened)
    mariadb.drop_database(config["database"])


def is_open(slug: str) -> bool:
    return Store.objects.filter(slug=slug, status="active").exists()
