"""A pinned store sells; afterwards every other place is searched for what it wrote. Found is what the page
`docs/data-residency.md` lists as passing through the platform, and nothing else."""

import logging
import re
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connections
from django.test import Client
from psycopg import sql
from pymongo import MongoClient
from redis import Redis

from apps.catalog import services as catalog
from apps.catalog.inputs import PriceInput, ProductInput, VariantInput
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.inventory import services as inventory
from apps.orders.models import Order
from apps.platform.models import Store
from apps.platform.sweeps import run_sweeps
from apps.tenancy.connections import forget_database
from apps.tenancy.context import use_store
from tests.payments.bank import pay_at
from tests.support.acting import STAFF, seeing_all
from tests.support.databases import LOCAL, close_store, open_store

pytestmark = [pytest.mark.matrix, pytest.mark.django_db(transaction=True)]
PREFIX = f"zq{secrets.token_hex(5)}"
KINDS = ("surname", "mailbox", "street", "teapot", "leaflet", "remark", "picture")
WORDS = {kind: f"{PREFIX}{kind}" for kind in KINDS}
PERSONAL = [PREFIX]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "data-residency.md"

# What the page lists, by the first words of each line, and where the search may find it: of people and their
# purchases, and of the store itself (its id and its short name).
OF_PEOPLE = {
    "the registry": (),
    "usage counters": (),
    "API calls": (),
    "figures of the business": (),
    "request logs": (),
    "cache, sessions' copies, rate limits, task queue": ("cache",),
    "e-mail": ("mail",),
    "development documents": (),
}
OF_THE_STORE = {
    **OF_PEOPLE,
    "the registry": (
        *(
            f"public.platform_{name}"
            for name in ("store", "domain", "subscription", "provisioningjob", "wakeup")
        ),
        "public.events_auditentry",
    ),
    "usage counters": ("public.platform_usage",),
    "API calls": ("public.metering_apicall",),
    "figures of the business": ("public.insight_agreementchange", "public.insight_storespan"),
    "request logs": ("log",),
}


@pytest.fixture
def region(
    second_cluster: Any, second_documents: str, settings: Any, tmp_path: Path
) -> Iterator[str]:
    """`far`: tables and documents on servers of their own, files in a folder of its own."""
    template = settings.DATABASES
    with second_cluster.database() as name:
        address = urlsplit(second_cluster.address_of(name))
        settings.DATABASES["cluster_far"] = {
            "ENGINE": "apps.tenancy.backend",
            "NAME": name,
            "USER": address.username,
            "PASSWORD": address.password,
            "HOST": address.hostname,
            "PORT": str(address.port),
        }
        settings.DATABASES["documents_far"] = {
            **template["documents"],
            "HOST": second_documents,
            "NAME": name,
        }
        settings.SQL_CLUSTERS = {"far": address.geturl()}
        places = {"sql": "x", "documents": "x", "files": str(tmp_path / "far")}
        settings.REGIONS = {"far": places}
        settings.MEDIA_ROOT = str(tmp_path / "main")
        yield "far"
        for alias in ("cluster_far", "documents_far"):
            forget_database(alias)
            del settings.DATABASES[alias]


@pytest.fixture
def pinned(region: str) -> Iterator[Store]:
    store = open_store(region=region)
    yield store
    close_store(store)


class Told(logging.Handler):
    """What production's log says."""

    def __init__(self) -> None:
        super().__init__(level=logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(logging.Formatter().format(record) + str(record.msg))


@pytest.fixture
def told() -> Iterator[Told]:
    handler, root = Told(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


def test_what_a_pinned_store_writes_is_in_its_region_and_in_the_listed_exceptions(
    pinned: Store, client_for: Callable[[Any], Client], told: Told, tmp_path: Path
) -> None:
    sell(pinned, client_for(pinned))

    there = search_far(PERSONAL, tmp_path)
    assert {"accounts_user", "orders_order", "products", "picture"} <= there
    assert all(search_far([word], tmp_path) for word in WORDS.values()), (
        "each was written somewhere"
    )
    there = search_far([pinned.id.hex, str(pinned.id)], tmp_path)
    assert {"products", "carts", "picture"} <= there

    found = search_main(PERSONAL, told, tmp_path)
    assert not unlisted(found, OF_PEOPLE), "people and purchases outside of the region"
    found = search_main([pinned.id.hex, str(pinned.id), pinned.slug], told, tmp_path)
    assert not unlisted(found, OF_THE_STORE), "the store outside of the region"
    assert "public.platform_store" in found
    assert any(one.startswith("cache") for one in found)


def test_the_page_lists_what_is_searched_for() -> None:
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| [^|]+ \|$", PAGE.read_text(), re.MULTILINE)
    listed = [row.partition(":")[0].strip() for row in rows if row != "what" and "---" not in row]
    assert listed == list(OF_PEOPLE) == list(OF_THE_STORE)


def unlisted(found: set[str], listed: dict[str, tuple[str, ...]]) -> set[str]:
    allowed = tuple(place for places in listed.values() for place in places)
    return {one for one in found if not one.startswith(allowed)} if allowed else found


def sell(store: Store, client: Client) -> None:
    """Goods, a person, an order that is paid, shipped and delivered, pages, mails, files, and the sweeps after it."""
    with use_store(store, actor=STAFF):
        variant = VariantInput(
            sku="SKU-1", prices=[PriceInput(currency=store.currency, amount_minor=50_000)], weight_grams=1
        )  # fmt: skip
        product = catalog.save_product(
            data=ProductInput(
                title=WORDS["teapot"],
                description=WORDS["leaflet"],
                status="active",
                variants=[variant],
            )
        )
        ref = product.variants[0].id
        inventory.receive_stock(variant_ref=ref, sku="SKU-1", quantity=5)
        default_storage.save(f"{WORDS['picture']}.txt", ContentFile(WORDS["picture"].encode()))
    placed = buy(client, ref)
    for path in (
        "/",
        "/search/",
        f"/product/{product.slug}/",
        "/cart/",
        "/account/",
        "/sitemap.xml",
    ):
        client.get(path)
    pay_at(client, placed["next_url"])
    with use_store(store, actor=STAFF):
        order = Order.objects.get()
        shipment = fulfilment.ship_order(
            order=order, actor=STAFF, carrier="Blue Dart", tracking_number="BD123"
        )
        fulfilment.mark_delivered(shipment=shipment, actor=STAFF)
        relay_outbox()
    assert client.get(f"/orders/{placed['access_token']}/").status_code == 200
    run_sweeps(store.active_store)
    with seeing_all(store):
        relay_outbox()
    assert any(WORDS["mailbox"] in to for letter in mail.outbox for to in letter.to)


def buy(client: Client, variant_ref: str) -> dict[str, Any]:
    """A person registers, keeps an address and buys."""
    address = {
        "name": WORDS["surname"],
        "line1": WORDS["street"],
        "city": "Bengaluru",
        "region": "Karnataka",
        "postal_code": "560025",
        "country": "IN",
    }
    email = f"{WORDS['mailbox']}@example.com"
    person = {"email": email, "password": "a long enough phrase", "first_name": WORDS["surname"]}
    access = post(client, "auth/register", person, 201)["access"]
    bearer = {"authorization": f"Bearer {access}"}
    post(client, "users/addresses", address, 201, **bearer)
    client.post("/account/login/", {"login": email, "password": person["password"]})
    post(client, "cart/items", {"variant_id": variant_ref, "quantity": 2}, 201, **bearer)
    body = {
        "email": email,
        "phone": "98450 12345",
        "shipping_address": address,
        "shipping_method": "standard",
        "payment_method": "test",
        "note": WORDS["remark"],
    }
    return post(client, "orders", body, 201, **bearer)


def post(client: Client, path: str, body: Any, status: int, **headers: str) -> dict[str, Any]:
    answer = client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)
    assert answer.status_code == status, answer.content
    found: dict[str, Any] = answer.json()
    return found


# Searching


def search_far(words: list[str], folder: Path) -> set[str]:
    """Names of tables, collections and kinds of files of the region that hold any of the words."""
    found = {name.partition(".")[2] for name in search_sql("cluster_far", words)}
    found |= {name.partition(" ")[2] for name in search_documents("documents_far", words)}
    return found | ({"picture"} if search_files(folder / "far", words) else set())


def search_main(words: list[str], told: Told, folder: Path) -> set[str]:
    found = search_sql("platform", words)
    for alias in ("documents", "documents_dev"):
        found |= search_documents(alias, words)
    for root in (folder / "main", Path(django_settings.BACKUP_DIR), LOCAL / "mail"):
        found |= search_files(root, words)
    if any(word in line for line in told.lines for word in words):
        found.add("log")
    return found | search_cache(words)


def search_sql(alias: str, words: list[str]) -> set[str]:
    """Every table of every schema, past the policies that hide rows."""
    described = connections[alias].settings_dict
    found = set()
    with psycopg.connect(
        host=described["HOST"], port=described["PORT"], dbname=described["NAME"],
        user=described["USER"], password=described["PASSWORD"], autocommit=True,
    ) as connection:  # fmt: skip
        connection.execute("SET polystore.sees_all = 'on'")
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        assert tables
        for schema, table in tables:
            question = sql.SQL("SELECT EXISTS (SELECT FROM {} t WHERE t::text LIKE ANY (%s))")
            asked = connection.execute(
                question.format(sql.Identifier(schema, table)), [[f"%{word}%" for word in words]]
            ).fetchone()
            if asked and asked[0]:
                found.add(f"{schema}.{table}")
    return found


def search_documents(alias: str, words: list[str]) -> set[str]:
    described = connections[alias].settings_dict
    found = set()
    with MongoClient[dict[str, Any]](described["HOST"]) as client:
        database = client[described["NAME"]]
        for name in database.list_collection_names():
            texts = (str(document) for document in database[name].find())
            if any(word in text for text in texts for word in words):
                found.add(f"{alias} {name}")
    return found


def search_cache(words: list[str]) -> set[str]:
    """Keys and values of every database of the server; nothing of it is left after its time."""
    address = urlsplit(django_settings.CACHES["default"]["LOCATION"])
    found = set()
    for number in range(16):
        client = Redis.from_url(address._replace(path=f"/{number}").geturl())
        for key in client.scan_iter():
            value: Any = client.dump(key) or b""
            if client.type(key) == b"string":
                value = client.get(key) or b""
            if any(word.encode() in key + value for word in words):
                found.add(f"cache {key!r}")
        client.close()
    return found


def search_files(root: Path, words: list[str]) -> set[str]:
    return {
        f"file {path}"
        for path in root.rglob("*")
        if path.is_file()
        and any(word in str(path) or word.encode() in path.read_bytes() for word in words)
    }
