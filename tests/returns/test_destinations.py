"""The money of a return as store credit or a gift card: chosen by buyers and staff, booked once, never more than was paid."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role, User
from apps.events.services import relay_outbox
from apps.giftcards.models import GiftCard, StoreCredit
from apps.notifications.models import SentMail
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.errors import NotRefundable
from apps.payments.models import Payment, Refund
from apps.payments.states import RefundTo
from apps.platform.ledgers import check_ledgers
from apps.returns.errors import InvalidRequest
from apps.returns.models import ReturnReason, ReturnRequest, ReturnSettings
from apps.tenancy.context import use_actor
from tests.api.shop import make_user
from tests.checkout.shop import Goods
from tests.returns.asking import approve, ask, delivered, make_sizes, receive, settle, through
from tests.support.acting import STAFF, SYSTEM, seeing_all

pytestmark = [pytest.mark.django_db, pytest.mark.placed]


@pytest.fixture
def at_work(shop: Any) -> Iterator[None]:
    with use_actor(SYSTEM):
        yield


def of_customer(order: Order) -> Order:
    user = User.objects.create_user(email="asha@example.com", password="long enough 42")
    Order.objects.filter(pk=order.pk).update(customer=user)
    order.refresh_from_db()
    return order


def kept_in_store() -> list[tuple[str, int]]:
    accounts = [*GiftCard.objects.all(), *StoreCredit.objects.all()]
    return [(type(each).__name__, each.balance_minor) for each in accounts]


@pytest.mark.parametrize("place", [RefundTo.GIFT_CARD, RefundTo.STORE_CREDIT])
def test_what_came_back_is_kept_in_the_store_once(
    at_work: None, goods: Goods, place: RefundTo
) -> None:
    order = of_customer(delivered(goods, quantity=2))
    request = through(ask(order, 1, destination=place))
    settle(order)
    relay_outbox()
    request.refresh_from_db()
    assert request.state == "closed"
    name = "GiftCard" if place == RefundTo.GIFT_CARD else "StoreCredit"
    assert kept_in_store() == [(name, request.refund_minor)]
    refund = Refund.objects.get()
    assert (refund.destination, refund.amount_minor) == (place, request.refund_minor)
    payment = Payment.objects.get(order=order)
    with pytest.raises(NotRefundable):
        payments.refund_payment(
            payment=payment,
            amount_minor=payment.captured_minor - refund.amount_minor + 1,
            reason="More than was paid",
            actor=STAFF,
        )
    assert check_ledgers() == []
    words = "new gift card" if place == RefundTo.GIFT_CARD else "store credit"
    for template in ("order_returned", "return_news"):
        mails = SentMail.objects.filter(template=template)
        assert any(f"comes as {words}" in each.text for each in mails), template


def test_a_cheaper_exchange_keeps_its_rest_in_the_store(at_work: None) -> None:
    had, cheaper = make_sizes(50_000, 30_000)
    order = delivered(had, quantity=1)
    through(ask(order, 1, variants=[cheaper], destination=RefundTo.GIFT_CARD))
    settle(order)
    assert kept_in_store() == [("GiftCard", 20_000)]
    assert check_ledgers() == []


def test_a_buyer_chooses_only_what_there_is(at_work: None, goods: Goods) -> None:
    order = delivered(goods, quantity=3)
    with pytest.raises(InvalidRequest):
        ask(order, 1, destination=RefundTo.STORE_CREDIT)
    ReturnSettings.objects.update(offers_credit=False)
    with pytest.raises(InvalidRequest):
        ask(order, 1, destination=RefundTo.GIFT_CARD)
    assert not ReturnRequest.objects.exists()
    assert ask(order, 1, destination=RefundTo.GIFT_CARD, actor=STAFF).destination == "gift_card"


def test_the_page_and_the_api_ask_where_the_money_goes(
    shop: Any, goods: Goods, store: Any, client_for: Callable[..., Client]
) -> None:
    order, guest = delivered(goods, quantity=2), client_for(store)
    line, reason = order.lines.get(), ReturnReason.objects.get(name="I changed my mind")
    page = f"/orders/{order.access_token}"
    form = guest.get(f"{page}/return/").content.decode()
    assert 'value="gift_card"' in form
    assert 'value="store_credit"' not in form, "a guest has no account"
    typed = {f"quantity-{line.pk}": "1", f"reason-{line.pk}": str(reason.pk), "wish": "refund"}
    wrong = guest.post(f"{page}/return/", {**typed, "refund_to": "store_credit"})
    assert wrong.status_code == 422
    shown = guest.post(f"{page}/return/", {**typed, "refund_to": "gift_card"}, follow=True)
    assert "The money comes as new gift card" in shown.content.decode()
    address = f"/api/v1/orders/{order.pk}/return-requests"
    headers = {"X-Order-Token": order.access_token}
    listed = guest.get(address, headers=headers).json()
    assert listed["refund_places"] == ["source", "gift_card"]
    assert listed["results"][0]["refund_to"] == "gift_card"
    body = {
        "lines": [{"line_id": str(line.pk), "quantity": 1, "reason_id": str(reason.pk)}],
        "refund_to": "store_credit",
    }
    refused = guest.post(address, body, content_type="application/json", headers=headers)
    assert refused.status_code == 400, refused.content


def test_staff_decide_at_the_inspection(
    shop: Any, goods: Goods, store: Any, client_for: Callable[..., Client]
) -> None:
    order = delivered(goods, quantity=1)
    request = receive(approve(ask(order, 1)), 1)
    client = client_for(store)
    with seeing_all(store):
        client.force_login(make_user(store, Role.OWNER))
    client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value
    page = f"/admin/returns/returnrequest/{request.pk}"
    assert "The customer asked for" in client.get(f"{page}/change/").content.decode()
    form = {f"restock-{request.lines.get().pk}": "1", "to": "gift_card"}
    said = client.post(f"{page}/inspect/", form, follow=True).content.decode()
    assert "goes to the customer as new gift card" in said
    client.post(f"{page}/inspect/", {**form, "to": "source"})
    settle(order)
    request.refresh_from_db()
    assert (request.destination, request.state) == ("gift_card", "closed")
    with use_actor(SYSTEM):
        assert kept_in_store() == [("GiftCard", request.refund_minor)]
