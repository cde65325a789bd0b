"""A parcel comes back, by REST: recorded by staff, read by the buyer, once however often it is sent."""

from typing import Any

import pytest

from apps.accounts.roles import Role
from apps.events.models import IdempotencyKey
from apps.events.services import relay_outbox
from apps.fulfilment.models import ShipmentEvent
from apps.inventory.models import StockItem
from apps.inventory.selectors import check_ledger
from apps.pricing.models import ShippingMethod
from apps.tenancy.context import use_store
from tests.api.shop import Api, fill_cart, log_in, make_product, make_user, order_body, pay
from tests.support.acting import seeing_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(store: Any) -> Api:
    return log_in(store, make_user(store, Role.OWNER))


class Sale:
    """An order of three pieces on its way, and what staff do about it."""

    def __init__(self, store: Any, owner: Api, payment_method: str = "test") -> None:
        self.store, self.owner = store, owner
        self.product = make_product(store, minor=33_333)
        guest = fill_cart(Api(store), self.product, quantity=3)
        placed = guest.post("orders", order_body(store, payment_method=payment_method)).json()
        if payment_method == "test":
            pay(store, placed)
        self.path = f"orders/{placed['id']}"
        self.token = placed["access_token"]
        self.line = owner.get(self.path).json()["lines"][0]["id"]

    def say(self, status: str, **more: Any) -> Any:
        return self.owner.patch(f"{self.path}/status", {"status": status, **more})

    def ship(self, pieces: int = 3) -> Any:
        answer = self.say("shipped", lines=[{"id": self.line, "quantity": pieces}])
        assert answer.status_code == 200, answer.content
        return answer.json()

    def take_back(self, **body: Any) -> Any:
        headers = {"idempotency-key": body.pop("key")} if "key" in body else {}
        return self.owner.post(f"{self.path}/returns", body, **headers)

    def read(self) -> Any:
        with seeing_all(self.store):
            relay_outbox()
            assert check_ledger() == []
        return Api(self.store).get(self.path, **{"x-order-token": self.token}).json()

    def on_hand(self) -> int:
        with use_store(self.store):
            return StockItem.objects.get(variant_ref=self.product.variants[0].id).on_hand


@pytest.fixture
def sale(store: Any, owner: Api) -> Sale:
    return Sale(store, owner)


def test_part_comes_back_with_its_money(sale: Sale) -> None:
    sale.ship()
    sale.say("delivered")
    answer = sale.take_back(
        lines=[{"id": sale.line, "restock": 1, "write_off": 1}],
        refund={},
        reason="Did not fit",
    )

    assert answer.status_code == 201, answer.content
    (row,) = sale.read()["returns"]
    assert (row["state"], row["kind"], row["reason"]) == ("received", "sent_back", "Did not fit")
    assert row["credited"] == {"amount": "666.66", "currency": "INR"}
    assert row["lines"][0]["written_off"] == 1
    order = sale.read()
    assert order["fulfilment_state"] == "partially_returned"
    assert order["refunded"]["amount"] == "666.66"
    assert order["lines"][0]["returned_quantity"] == 2
    assert sale.on_hand() == 8


def test_everything_comes_back_undelivered_without_naming_anything(sale: Sale) -> None:
    sale.ship()
    assert sale.say("refused", reason="Refused at the door").json()["shipments"][0]["state"] == (
        "returning"
    )
    answer = sale.take_back(refund={"with_shipping": True})

    assert answer.status_code == 201, answer.content
    order = sale.read()
    assert (order["status"], order["payment_state"]) == ("refunded", "refunded")
    assert order["shipments"][0]["state"] == "returned"
    assert order["returns"][0]["kind"] == "undelivered"
    assert sale.on_hand() == 10


def cash_of(order: dict[str, Any]) -> list[tuple[str, str]]:
    """Of every parcel: what is due with it now, and what was booked with it."""
    return [
        (parcel["cash_due"]["amount"], parcel["cash_collected"]["amount"])
        for parcel in order["shipments"]
    ]


def test_every_parcel_brings_its_own_cash(store: Any, owner: Api) -> None:
    with use_store(store):
        ShippingMethod.objects.update(amount_minor=4_900, free_above_minor=None)
    sale = Sale(store, owner, payment_method="cash_on_delivery")
    first, second = (sale.ship(pieces)["shipments"][-1]["id"] for pieces in (1, 2))
    assert cash_of(sale.read()) == [("382.33", "0.00"), ("666.66", "0.00")]

    sale.say("delivered", shipment_id=first)
    order = sale.read()
    assert cash_of(order) == [("0.00", "382.33"), ("666.66", "0.00")]
    assert order["payment_state"] == "partially_paid"
    assert order["payments"][0]["captured"]["amount"] == "382.33"

    sale.take_back(shipment_id=second)
    order = sale.read()
    assert cash_of(order) == [("0.00", "382.33"), ("0.00", "0.00")]
    assert (order["payment_state"], order["payable"]["amount"]) == ("paid", "382.33")

    sale.say("not_delivered", shipment_id=first)
    assert cash_of(sale.read())[0] == ("382.33", "0.00")


def test_cash_of_a_refused_parcel_is_not_due(store: Any, owner: Api) -> None:
    sale = Sale(store, owner, payment_method="cash_on_delivery")
    sale.ship()
    sale.take_back()

    order = sale.read()
    assert (order["status"], order["payment_state"]) == ("returned", "void")
    assert order["payable"]["amount"] == "0.00"
    assert order["payments"][0]["state"] == "cancelled"


def test_sent_twice_with_a_key_it_is_recorded_once(sale: Sale) -> None:
    sale.ship()
    body = {"lines": [{"id": sale.line, "restock": 1}], "refund": {}, "key": "return-1"}
    first, second = sale.take_back(**body), sale.take_back(**body)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second["Idempotent-Replayed"] == "true"
    assert len(sale.read()["returns"]) == 1
    assert sale.on_hand() == 8


def test_sent_again_after_a_lost_answer_it_is_recorded_once(store: Any, sale: Sale) -> None:
    """No parcel is named, and none of which anything could come back is left."""
    sale.ship()
    first = sale.take_back(refund={}, key="return-1")
    with seeing_all(store):
        IdempotencyKey.objects.all().delete()
    second = sale.take_back(refund={}, key="return-1")

    assert (first.status_code, second.status_code) == (201, 201), second.content
    assert "Idempotent-Replayed" not in second
    assert len(second.json()["returns"]) == 1
    assert sale.on_hand() == 10


def test_what_is_said_twice_of_the_only_parcel_happens_once(sale: Sale) -> None:
    """The second request comes without the first one's answer, and names no parcel."""
    sale.ship(1)
    said = ("refused", "resumed", "delivered", "not_delivered", "refused", "resumed")
    for status in said:
        answers = [sale.say(status) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200], status
    with seeing_all(sale.store):
        kinds = ShipmentEvent.objects.order_by("sequence").values_list("kind", flat=True)
        happened = list(kinds)
    assert happened == [
        "shipment.shipped",
        "shipment.refused",
        "shipment.resumed",
        "shipment.delivered",
        "shipment.delivery_undone",
        "shipment.refused",
        "shipment.resumed",
    ]
    assert sale.say("not_delivered").status_code == 404


def test_long_keys_are_told_apart_to_their_last_character(sale: Sale) -> None:
    sale.ship(1)
    for end in ("a", "b"):
        body = {"status": "shipped", "lines": [{"id": sale.line, "quantity": 1}]}
        key = {"idempotency-key": "k" * 200 + end}
        answer = sale.owner.patch(f"{sale.path}/status", body, **key)
        assert answer.status_code == 200, answer.content
    shipments = sale.read()["shipments"]
    assert len(shipments) == 3
    for end, shipment in zip("ab", shipments, strict=False):
        assert sale.take_back(shipment_id=shipment["id"], key="k" * 200 + end).status_code == 201
    assert len(sale.read()["returns"]) == 2
    assert sale.on_hand() == 9


def test_a_key_of_one_person_is_not_the_key_of_another(store: Any, sale: Sale) -> None:
    sale.ship()
    other = log_in(store, make_user(store, Role.FULFILMENT))
    body = {"lines": [{"id": sale.line, "restock": 1}]}
    key = {"idempotency-key": "return-1"}
    for person in (sale.owner, other):
        assert person.post(f"{sale.path}/returns", body, **key).status_code == 201
    assert len(sale.read()["returns"]) == 2
    assert sale.on_hand() == 9


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"lines": [{"restock": 1}]}, 400, "lines.0.id"),
        ({"lines": []}, 400, "lines"),
        ({"refund": {"amount": {"amount": "1.00", "currency": "USD"}}}, 400, "refund.amount"),
        ({"refund": {"amount": {"amount": "99999.00", "currency": "INR"}}}, 400, "refund.amount"),
        ({"refund": {"amount": "1.00"}}, 400, "refund.amount"),
        ({"parcel": 1}, 400, "parcel"),
        ({"shipment_id": "00000000-0000-0000-0000-000000000000"}, 404, None),
    ],
)
def test_what_can_not_be_is_named(sale: Sale, body: Any, status: int, field: str | None) -> None:
    sale.ship()
    answer = sale.take_back(**body)

    assert answer.status_code == status, answer.content
    assert field is None or field in answer.json()["error"]["fields"], answer.content
    assert sale.read()["returns"] == []
    assert sale.on_hand() == 7


@pytest.mark.parametrize("line", [{"restock": 4}, {"write_off": 4}, {"restock": 0}])
def test_no_more_comes_back_than_was_sent(sale: Sale, line: Any) -> None:
    sale.ship()
    answer = sale.take_back(lines=[{"id": sale.line, **line}])
    assert answer.status_code == 400
    assert sale.on_hand() == 7


def test_of_two_parcels_one_is_named(sale: Sale) -> None:
    first = sale.ship(1)["shipments"][0]["id"]
    sale.ship(2)
    assert "shipment_id" in sale.take_back().json()["error"]["fields"]
    assert sale.take_back(shipment_id=first).status_code == 201
    assert sale.take_back().status_code == 201
    assert sale.take_back().status_code == 404
    assert sale.on_hand() == 10


def test_the_rest_is_cancelled(sale: Sale) -> None:
    assert sale.say("rest_cancelled").status_code == 409
    sale.ship(1)
    assert sale.say("cancelled").status_code == 409
    assert sale.say("rest_cancelled", reason="Sold out").status_code == 200

    order = sale.read()
    assert (order["fulfilment_state"], order["refunded"]["amount"]) == ("shipped", "666.66")
    assert order["lines"][0]["cancelled_quantity"] == 2


def test_a_delivery_is_taken_back_and_a_parcel_travels_on(sale: Sale) -> None:
    sale.ship()
    assert sale.say("not_delivered").status_code == 404
    sale.say("delivered")
    assert sale.say("not_delivered").json()["status"] == "shipped"
    sale.say("refused")
    assert sale.say("resumed").json()["shipments"][0]["state"] == "shipped"
    assert sale.say("delivered").json()["status"] == "delivered"


def test_tracking_is_corrected_in_part(sale: Sale) -> None:
    shipment = sale.ship()["shipments"][0]["id"]
    path = f"{sale.path}/shipments/{shipment}"
    sale.owner.patch(path, {"carrier": "Blue Dart", "tracking_number": "BD 1"})
    answer = sale.owner.patch(path, {"tracking_number": "BD２", "tell_buyer": True})

    assert answer.status_code == 200, answer.content
    parcel = sale.read()["shipments"][0]
    assert (parcel["carrier"], parcel["tracking_number"]) == ("Blue Dart", "BD2")
    assert sale.owner.patch(path, {"tracking_url": "javascript:1"}).status_code == 400


def test_who_may_not_refund_records_the_parcel_without_money(store: Any, sale: Sale) -> None:
    sale.ship()
    packer = log_in(store, make_user(store, Role.FULFILMENT))
    body = {"lines": [{"id": sale.line, "restock": 1}]}
    assert packer.post(f"{sale.path}/returns", {**body, "refund": {}}).status_code == 403
    assert sale.on_hand() == 7
    assert packer.post(f"{sale.path}/returns", body).status_code == 201
    assert sale.read()["refunded"]["amount"] == "0.00"
    assert sale.on_hand() == 8
