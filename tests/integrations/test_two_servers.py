"""Development documents on a document server of their own, and on that of production: what arrives at a development route
neither changes nor reads anything of production. Both servers and the store's tables are asked."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connections
from pymongo import MongoClient

from apps.inbox import services as inbox
from apps.inbox.models import InboxMessage
from apps.integrations import services as integrations
from apps.inventory.models import StockItem
from apps.orders.models import Order
from tests.checkout.shop import make_goods
from tests.clickpost.desk import take
from tests.fulfilment.parcels import CASH, buy, ship
from tests.integrations.bodies import parcel
from tests.support.acting import seeing_all
from tests.support.databases import close_store, open_store
from tests.support.installation import Installation, the_suites_own

pytestmark = [pytest.mark.matrix, pytest.mark.django_db(transaction=True)]
WAYBILL = "1490000001"
_COMMANDS = ("find", "update", "insert", "delete", "aggregate")
_PROGRAM = """
import json
from pymongo import monitoring

sent = []
class Listener(monitoring.CommandListener):
    def started(self, event):
        sent.append([event.connection_id[1], event.database_name, event.command_name, event.command.get(event.command_name)])
    def succeeded(self, event): pass
    def failed(self, event): pass
monitoring.register(Listener())

from django.test import Client
from apps.inbox import services as inbox
from apps.platform.selectors import get_store
given = json.loads({given!r})
store = get_store(given["store"]).active_store
client = Client(headers={{"host": store.slug + ".localhost"}})
statuses = [
    client.post(path, body.encode(), content_type="application/json", headers={{"access-token": given["secret"]}}).status_code
    for path, body in given["messages"]
]
asked, sent[:] = list(sent), []
with system_scope("test"), use_store(store):
    while inbox.handle_due():
        pass
print("ANSWER" + json.dumps({{"statuses": statuses, "sent": sent, "asked": asked}}))
"""


@pytest.fixture
def shop(db: None) -> Iterator[Any]:
    """A committed store with a parcel on its way that ClickPost has spoken of."""
    store = open_store(currency="INR", country="IN", state="KA")
    with seeing_all(store):
        row = integrations.add_integration(kind="clickpost")
        integrations.make_secret(integration=row)
        order = buy(make_goods(), payment_method=CASH)
        ship(order, tracking_number=WAYBILL)
        take("tracking", parcel(order.number, code=5))
        inbox.handle_due()
    store.refresh_from_db()
    yield store
    close_store(store)


def on(address: str, name: str) -> dict[str, list[Any]]:
    """Every document of a database, without the list of migrations."""
    with MongoClient[dict[str, Any]](address) as client:
        found = client[name]
        return {
            each: sorted(map(repr, found[each].find()))
            for each in sorted(found.list_collection_names())
            if each != "django_migrations" and found[each].count_documents({})
        }


def rows_of(store: Any) -> Mapping[str, str]:
    """Every table of the store but the inbox, which keeps what comes in."""
    digests = {}
    with seeing_all(store), connections["default"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        for (table,) in cursor.fetchall():
            if not table.startswith("inbox_"):
                cursor.execute(
                    f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t"
                )
                digests[table] = cursor.fetchone()[0]
    return digests


def arrive(place: Installation, store: Any, secret: str) -> dict[str, Any]:
    """All that a test account may send, in a process of its own; each document command that it sent."""
    with seeing_all(store):
        number = Order.objects.get().number
        sku = StockItem.objects.get().sku
    delivered = parcel(number, code=8, at="2026-11-29T10:00:00Z")
    bodies = [delivered, parcel("OTHER-1", code=14), {"x": 1}, {"inventoryData": [{"sku": sku, "inventory": 0}]}]  # fmt: skip
    base = "/integrations/clickpost-dev/dev/webhook/"
    messages = [[f"{base}{topic}", json.dumps(body)] for topic in ("orders", "tracking") for body in bodies]  # fmt: skip
    messages += [
        [f"{base}inventory", "{}"],
        ["/integrations/clickpost/webhook/tracking", json.dumps(delivered)],
    ]
    given = json.dumps({"store": store.slug, "secret": secret, "messages": messages})
    said = place.run(_PROGRAM.format(given=given))
    answer: dict[str, Any] = json.loads(said.rpartition("ANSWER")[2])
    assert answer["statuses"][:2] == [200, 200]
    assert answer["statuses"][-1] == 401, "the secret of the test account opens no other route"
    return answer


def test_development_stays_apart_on_one_server_and_on_two(
    shop: Any, second_documents: str, tmp_path: Path, settings: Any
) -> None:
    with seeing_all(shop):
        row = integrations.add_integration(kind="clickpost", environment="development")
        secret = integrations.make_secret(integration=row)
        number = Order.objects.get().number
    first = settings.DATABASES["documents"]["HOST"]
    development = connections["documents_dev"].settings_dict["NAME"]
    production = connections["documents"].settings_dict["NAME"]
    documents, rows = on(first, production), rows_of(shop)
    assert "clickpost_orders" in documents
    one = the_suites_own(tmp_path)
    two = replace(one, environment={**one.environment, "MONGODB_DEV_URI": second_documents})

    for place, server in ((one, first), (two, second_documents)):
        place.manage("migrate_documents")
        sent = arrive(place, shop, secret)["sent"]
        assert (on(first, production), rows_of(shop)) == (documents, rows), server
        reached = {(port, name, collection) for port, name, verb, collection in sent if verb in _COMMANDS}  # fmt: skip
        assert reached == {(urlsplit(server).port, development, "clickpost_dev_orders")}
        kept = on(server, development)
        assert list(kept) == ["clickpost_dev_orders"]
        assert number in str(kept)
        assert "OTHER-1" in str(kept)
        with seeing_all(shop):
            InboxMessage.objects.filter(source="clickpost-dev").delete()

    said, code = one.attempt("reset_development_documents", "--yes")
    assert (code, "Set MONGODB_DEV_URI first" in said) == (1, True)
    on_the_first = on(first, development)
    with MongoClient[dict[str, Any]](second_documents) as client:  # of a store that is gone
        client[development]["clickpost_dev_orders"].insert_one({"store": "gone", "ref": "left"})
    two.manage("reset_development_documents", "--yes")
    assert on(second_documents, development) == {}
    assert on(first, development) == on_the_first, "what is on the other server is not its own"
    assert (on(first, production), rows_of(shop)) == (documents, rows)
