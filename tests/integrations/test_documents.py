"""Documents of orders: the newest state wins in any order, and development is confined."""

import itertools
import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from apps.clickpost.kind import ClickPost
from apps.common.clock import now
from apps.inbox import services as inbox
from apps.inbox.models import InboxMessage
from apps.integrations.documents import ClickPostDevOrder, ClickPostOrder, EasyEcomOrder
from apps.integrations.reading import moment_in_india
from apps.integrations.services import write_order
from apps.integrations.values import Delivery, OrderFacts
from apps.orders.models import Order
from apps.platform.models import Store
from apps.tenancy.context import use_store
from apps.tenancy.documents.access import scoped_collection
from tests.integrations.bodies import CLICKPOST, DEVELOPMENT, EASYECOM, invoice, parcel, post

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def write(minute: int | None, *, arrived: int = 0, **more: Any) -> bool:
    at = NOON + timedelta(minutes=minute) if minute is not None else None
    facts = OrderFacts(ref="r", status=f"minute {minute}", changed_at=at, **more)
    arrival = NOON + timedelta(hours=1, seconds=arrived)
    return write_order(
        document=EasyEcomOrder, facts=facts, message_id=f"m{arrived}", received_at=arrival
    )


def test_the_newest_state_stays_in_every_order(in_store: Any) -> None:
    for order in itertools.permutations(range(4)):
        scoped_collection(EasyEcomOrder).delete_many({"ref": "r"})
        for arrived, minute in enumerate(order):
            write(minute, arrived=arrived, scans=[{"minute": minute}, {"minute": minute}])
        kept = EasyEcomOrder.objects.get(ref="r")
        assert kept.status == "minute 3"
        assert sorted(scan["minute"] for scan in kept.scans) == [0, 1, 2, 3]


def test_a_time_of_long_ago_keeps_no_newer_state_out(in_store: Any) -> None:
    facts = OrderFacts(ref="r", status="old", changed_at=datetime(999, 1, 2, tzinfo=UTC))
    write_order(document=EasyEcomOrder, facts=facts, message_id="m", received_at=NOON)
    assert write(5, arrived=1)
    assert EasyEcomOrder.objects.get(ref="r").status == "minute 5"


def test_without_a_time_the_arrival_counts_and_a_time_far_ahead_is_not_believed(
    in_store: Any,
) -> None:
    assert write(5, arrived=1)
    assert write(5, arrived=1), "the same message again"
    assert not write(5, arrived=0), "equal times: the later arrival wins"
    assert write(None, arrived=2)
    assert write(60 * 24 * 365, arrived=3)
    assert write(None, arrived=4)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22 11:05:00", "2026-11-22T05:35:00+00:00"),
        ("2026-11-22T11:05:00Z", "2026-11-22T05:35:00+00:00"),
        ("2026-11-22T11:05:00+00:00", "2026-11-22T11:05:00+00:00"),
        ("0000-00-00 00:00:00", None),
        ("", None),
        ("NA", None),
        (None, None),
        ("soon", None),
    ],
)
def test_times_are_indian(text: Any, moment: str | None) -> None:
    found = moment_in_india(text)
    assert (found.isoformat() if found else None) == moment


def test_odd_values_are_stored_as_far_as_a_document_can(
    store: Any, client_for: Callable[..., Client], connect: Callable[..., str]
) -> None:
    secret = connect(store, "easyecom")
    body = invoice(odd={"$where": 1, "a.b": "x\x00y", "big": 2**63}, name="नीलम 株式会社")

    assert post(client_for(store), f"{EASYECOM}orders", body, secret).status_code == 200
    with use_store(store):
        assert inbox.handle_due() == 1
        kept = EasyEcomOrder.objects.get().payload
    assert kept["odd"] == {"_$where": 1, "a.b": "xy", "big": str(2**63)}
    assert kept["name"] == "नीलम 株式会社"


@pytest.mark.parametrize(
    "digits", ["123456789012345678901234", "00149000001", "9223372036854775808"]
)
def test_an_id_that_comes_as_a_number_keeps_its_digits(
    store: Any, client_for: Callable[..., Client], connect: Callable[..., str], digits: str
) -> None:
    client = client_for(store)
    for path, kind, body in (
        (f"{EASYECOM}orders", "easyecom", invoice()),
        (f"{CLICKPOST}tracking", "clickpost", parcel()),
    ):
        sent = json.dumps(body).replace('"1490000001"', digits).encode()
        assert post(client, path, sent, connect(store, kind)).json() == {"received": True}
    with use_store(store):
        assert inbox.handle_due() == 2
        assert [EasyEcomOrder.objects.get().waybill, ClickPostOrder.objects.get().waybill] == [
            digits
        ] * 2


def test_late_and_shuffled_messages_end_alike(
    store: Any, client_for: Callable[..., Client], connect: Callable[..., str]
) -> None:
    secret, client = connect(store, "clickpost"), client_for(store)
    bodies = [
        parcel(code=code, at=f"2026-11-22T{10 + number}:00:00Z")
        for number, code in enumerate((4, 5, 6, 9, 6, 8))
    ]
    random.Random(7).shuffle(bodies)
    with use_store(store):
        for body in [*bodies, *bodies]:
            post(client, f"{CLICKPOST}tracking", body, secret)
            inbox.handle_due()
        kept = ClickPostOrder.objects.get()
        assert (kept.status_code, len(kept.scans)) == ("8", 6)
        assert InboxMessage.objects.count() == 6


def _reads_orders(payload: Any) -> None:
    Order.objects.exists()


def _reads_documents(payload: Any) -> None:
    ClickPostOrder.objects.exists()


def _writes_documents(payload: Any) -> None:
    scoped_collection(ClickPostOrder).delete_many({})


def _reads_the_registry(payload: Any) -> None:
    Store.objects.exists()


@pytest.mark.parametrize(
    "reach", [_reads_orders, _reads_documents, _writes_documents, _reads_the_registry]
)
def test_a_kind_that_reaches_out_of_development_is_stopped(
    store: Any,
    client_for: Callable[..., Client],
    connect: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    reach: Callable[[Any], None],
) -> None:
    read = ClickPost.read_orders

    def reaching(kind: ClickPost, topic: str, payload: Any) -> Any:
        reach(payload)
        return read(kind, topic, payload)

    def never(kind: ClickPost, delivery: Delivery) -> str:
        pytest.fail("development is not applied")

    monkeypatch.setattr(ClickPost, "apply", never)
    secret = connect(store, "clickpost", "development")
    post(client_for(store), f"{DEVELOPMENT}tracking", parcel(), secret)
    with use_store(store):
        assert inbox.handle_due() == 1
        monkeypatch.setattr(ClickPost, "read_orders", reaching)
        post(client_for(store), f"{DEVELOPMENT}tracking", parcel("KS-2"), secret)
        assert inbox.handle_due() == 0
        assert "ConfinedToDevelopment" in InboxMessage.objects.get(subject="KS-2").last_error
        assert [each.number for each in ClickPostDevOrder.objects.all()] == ["KS-1"]


def test_writers_at_once_leave_the_newest(throwaway_store: Any) -> None:
    """Real connections: of eight states that are written at once, the newest stays, in one document."""
    facts = [
        OrderFacts(
            ref="once", status=str(n), changed_at=NOON + timedelta(minutes=n), scans=[{"n": n}]
        )
        for n in range(8)
    ]

    def work(one: OrderFacts) -> bool:
        return write_order(
            document=ClickPostOrder, facts=one, message_id=one.status, received_at=now()
        )

    with use_store(throwaway_store):
        contexts = [copy_context() for _ in facts]
        with ThreadPoolExecutor(8) as pool:
            done = [
                pool.submit(context.run, work, one)
                for context, one in zip(contexts, facts, strict=True)
            ]
            assert [each.result() for each in done][-1] is True
        kept = ClickPostOrder.objects.get(ref="once")
        assert (kept.status, len(kept.scans)) == ("7", 8)
