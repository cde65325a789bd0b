"""Gift cards that buyers buy: no sale, no tax, no discount; one card for each piece, sent on its day, closed when refunded."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail

from apps.carts import services as carts
from apps.carts.errors import InvalidGift
from apps.carts.gifts import GiftDetails
from apps.carts.selectors import present_cart
from apps.carts.sharing import pieces_of
from apps.catalog import services as catalog
from apps.catalog.errors import InvalidProduct
from apps.catalog.inputs import PriceInput, ProductInput, VariantInput
from apps.checkout.selectors import list_checkout_options
from apps.common.clock import moved_to, now, today
from apps.common.ids import new_id
from apps.events.consumers import Message
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.gateways.errors import PaymentMethodUnavailable
from apps.giftcards import consumers, mails
from apps.giftcards import services as giftcards
from apps.giftcards.checking import check_sold
from apps.giftcards.errors import CardInUse, GiftCardNotUsable
from apps.giftcards.models import GiftCard
from apps.giftcards.selectors import find_card, list_sold
from apps.invoices import services as invoices
from apps.invoices.models import Document
from apps.orders.api.serializers import present_order_summary
from apps.orders.buyers import sum_spending
from apps.orders.errors import LineNotChangeable
from apps.orders.models import Order
from apps.orders.selectors import list_orders_for
from apps.orders.states import OrderStatus
from apps.payments import services as payments
from apps.payments.errors import NotRefundable
from apps.payments.models import PaymentMethod
from apps.payments.turnover import sales_by_day
from apps.pricing.models import ShippingMethod
from apps.returns.returnable import list_returnable
from apps.storefront.order_words import Situation, situation_of
from tests.checkout.shop import Goods, make_cart, make_goods, place
from tests.giftcards.cards import assert_agrees, entries_of, issue, left_on
from tests.giftcards.vouchers import ASHA, CODE, buy, make_voucher, put
from tests.payments.bank import pay_and_tell
from tests.support.acting import STAFF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store", "at_work")]


@pytest.fixture
def voucher(in_store: Any) -> Goods:
    """1000.00, or an own amount from 200.00 to 5000.00. Delivery of other goods is 50.00, free above 900.00."""
    ShippingMethod.objects.update(amount_minor=5_000, free_above_minor=90_000)
    return make_voucher()


def codes_sent() -> list[str]:
    relay_outbox()
    return [code for each in mail.outbox for code in CODE.findall(str(each.body))]


def api_status(order: Order) -> tuple[str, str]:
    """As programs read it, who find the order by it and by no other."""
    shown = present_order_summary(order)
    found = {
        status
        for status in OrderStatus.values
        if list_orders_for(actor=STAFF, status=status).filter(pk=order.pk).exists()
    }
    assert found == {shown["status"]}
    return shown["status"], shown["status_text"]


def test_what_a_gift_card_in_the_catalog_is() -> None:
    made = make_voucher(tax_class="standard", shipping_profile="").product
    assert (made.is_digital, made.tax_class, made.own_amounts) == (
        True,
        "exempt",
        (20_000, 500_000),
    )
    with pytest.raises(InvalidProduct) as refused:
        catalog.save_product(
            data=ProductInput(
                title="Card",
                is_gift_card=True,
                own_from_minor=100,
                own_to_minor=50,
                variants=[
                    VariantInput(
                        sku="G",
                        prices=[PriceInput(currency="INR", amount_minor=0, compare_at_minor=10)],
                    )
                ],
            )
        )
    assert {"own_to", "variants.0.prices.0.amount", "variants.0.prices.0.compare_at"} <= set(
        refused.value.fields
    )


@pytest.mark.parametrize(
    ("gift", "field"),
    [
        ({"recipient_email": "no address"}, "recipient_email"),
        ({"recipient_name": "x" * 121}, "recipient_name"),
        ({"message": "x" * 501}, "message"),
        ({"deliver_on": date(2020, 1, 1)}, "deliver_on"),
        ({"deliver_on": date(2099, 1, 1)}, "deliver_on"),
        ({"amount_minor": 19_999}, "amount"),
        ({"amount_minor": 500_001}, "amount"),
    ],
)
def test_details_are_checked_at_the_door(voucher: Goods, gift: Any, field: str) -> None:
    with pytest.raises(InvalidGift) as refused:
        put(carts.get_or_create_cart(), voucher, GiftDetails(**gift))
    assert list(refused.value.fields) == [field]
    with pytest.raises(InvalidGift):
        put(carts.get_or_create_cart(), make_goods(), ASHA)


def test_cards_for_two_people_are_two_lines(voucher: Goods) -> None:
    cart = put(put(carts.get_or_create_cart(), voucher), voucher)
    cart = put(cart, voucher, GiftDetails(recipient_name="म\u0940ना", amount_minor=75_000))
    view = present_cart(cart)
    assert [(line.quantity, line.total.amount) for line in view.lines] == [(2, 2000), (1, 750)]
    assert not view.needs_shipping
    assert pieces_of(cart) == {}  # a link that is shared has no recipients
    saved = carts.save_for_later(cart=cart, line_id=cart.lines[0].id)
    back = carts.take_back(cart=saved, line_id=cart.lines[0].id)
    assert sorted(line.quantity for line in back.lines) == [1, 2]


def test_it_is_no_sale_until_it_is_spent(voucher: Goods) -> None:
    """No tax, no discount, no free delivery by it; turnover and the buyer's sums leave it out."""
    goods = make_goods(price_minor=50_000)
    order = buy(voucher, goods)
    line = order.lines.get(sku="GIFT-1000")
    assert (line.total_minor, line.tax_minor, line.tax_components) == (100_000, 0, [])
    assert (order.shipping_minor, order.voucher_minor) == (5_000, 100_000)
    assert order.total_minor == 155_000
    assert sales_by_day(since=today(), currency="INR")[today()].value_minor == 55_000
    assert sum_spending(Order.objects.all())[0].total_minor == 55_000
    alone = buy(voucher)
    assert sales_by_day(since=today(), currency="INR")[today()].orders == 1
    assert alone.status == "delivered"
    assert_agrees(order)
    assert list(check_sold(None)) == []
    titles = [invoices.issue_invoice(order=each).title for each in (order, alone)]
    assert titles[1] == "voucher_receipt"
    assert titles[0] != "voucher_receipt"
    words = Document.objects.get(order=alone).data["law"]
    assert "oucher" in words


def test_it_is_bought_with_money_alone(voucher: Goods) -> None:
    """Neither with cash at the door, nor with gift cards or store credit, which pay for what else is in the cart."""
    goods = make_goods(price_minor=50_000)
    PaymentMethod.objects.filter(gateway="cod").update(is_active=True)
    cart = put(make_cart(goods), voucher)
    _, code = issue(100_000)
    with pytest.raises(PaymentMethodUnavailable):
        place(cart, payment_method="cod")
    options = list_checkout_options(
        cart,
        country="IN",
        region="Karnataka",
        postal_code="560025",
        gift_cards=[code],
    )
    assert (options.prepaid_minor, options.rest_minor) == (55_000, 100_000)
    assert "cod" not in {method.code for method in options.payment_methods}
    placed = place(carts.get_or_create_cart(token=cart.token), gift_cards=[code])
    assert placed.payment.amount_minor == 100_000
    assert not placed.payment.is_captured_later


def test_one_card_for_each_piece_and_the_code_in_the_mail_alone(voucher: Goods) -> None:
    order = buy(voucher, quantity=2)
    message = Message(new_id(), "order.paid", "", {"order_id": str(order.pk)}, 1, now())
    for _ in range(2):  # the message came twice
        consumers.issue_bought_cards(message)
    cards = list_sold(order)
    assert len(cards) == 2
    assert all(card.sent_at for card in cards)
    codes = codes_sent()
    assert {find_card(code).pk for code in codes} == {card.pk for card in cards}
    assert entries_of(cards[0]) == [("issued", 100_000)]
    sent = next(each for each in mail.outbox if codes[0] in each.body)
    assert sent.to == ["asha@gift.example"]
    assert "Asha" in sent.body
    assert "Ravi" in sent.body
    assert "Enjoy" in sent.body
    GiftCard.objects.filter(pk=cards[0].pk).update(cause="lost", order_ref=None)
    assert [str(each) for each in check_sold(None)] == [
        f"order {order.number}: gift cards is 1, the pieces say 2"
    ]


def test_it_is_sent_on_its_day_however_often_workers_die(
    voucher: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = today() + timedelta(days=3)
    order = buy(
        voucher, gift=GiftDetails(recipient_email="a@gift.example", deliver_on=day), quantity=2
    )
    assert [card.is_waiting for card in list_sold(order)] == [True, True]
    assert (order.gift_cards_until, order.awaits_gift_cards) == (day, True)
    assert situation_of(order) == Situation.GIFTS_LATER
    assert api_status(order) == ("processing", "Waits for its day")
    assert giftcards.send_due_cards() == 0
    assert codes_sent() == []
    written: list[str] = []
    real = mails.mail_card

    def die_at_the_second(card: GiftCard, code: str, **more: Any) -> None:
        written.append(code)
        if len(written) == 2:
            raise RuntimeError("the worker died")
        real(card, code, **more)

    monkeypatch.setattr(mails, "mail_card", die_at_the_second)
    with moved_to(now() + timedelta(days=3)):
        with pytest.raises(RuntimeError):
            giftcards.send_due_cards()
        assert sorted(card.is_waiting for card in list_sold(order)) == [False, True]
        order.refresh_from_db()
        assert order.awaits_gift_cards
        assert giftcards.send_due_cards() == 1
        order.refresh_from_db()
        assert situation_of(order) == Situation.DOWNLOADED
        assert api_status(order) == ("delivered", "delivered")
        assert giftcards.send_due_cards() == 0
        codes = codes_sent()
    assert len(codes) == 2
    assert written[1] not in codes
    with pytest.raises(GiftCardNotUsable):
        find_card(written[1])
    assert {find_card(code).order_ref for code in codes} == {order.pk}


def test_a_worker_that_dies_while_it_issues_leaves_nothing(
    voucher: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = place(put(carts.get_or_create_cart(), voucher, quantity=2))

    def die(card: GiftCard, code: str, **more: Any) -> None:
        raise RuntimeError("the worker died")

    with monkeypatch.context() as patched:
        patched.setattr(mails, "mail_card", die)
        pay_and_tell(placed.payment)
        with pytest.raises(RuntimeError):
            giftcards.issue_sold(order=placed.order)
    assert not GiftCard.objects.exists()
    giftcards.issue_sold(order=placed.order)
    relay_outbox()
    assert len(list_sold(placed.order)) == len(codes_sent()) == 2


def test_its_buyer_can_have_it_sent_again(voucher: Goods) -> None:
    order = buy(voucher)
    (first,) = codes_sent()
    (card,) = list_sold(order)
    with pytest.raises(CardInUse):
        giftcards.resend_card(card=card, actor=STAFF)  # a moment ago
    with moved_to(now() + timedelta(hours=1)):
        giftcards.resend_card(card=card, actor=STAFF)
        second = codes_sent()[-1]
        assert find_card(second).pk == card.pk
        with pytest.raises(GiftCardNotUsable):
            find_card(first)
        goods = make_goods(price_minor=10_000)
        place(make_cart(goods), gift_cards=[second])
    with moved_to(now() + timedelta(hours=3)), pytest.raises(CardInUse):
        giftcards.resend_card(card=card, actor=STAFF)


def test_what_is_left_is_refunded_once_and_no_more(voucher: Goods) -> None:
    goods = make_goods(price_minor=30_000)
    order = buy(voucher, goods)
    (code,) = codes_sent()
    place(make_cart(make_goods(price_minor=35_000)), gift_cards=[code])  # 350.00 and delivery
    (card,) = list_sold(order)
    payment = order.payments.get()
    with pytest.raises(NotRefundable):  # goods and delivery cost 350.00
        payments.refund_payment(payment=payment, amount_minor=35_001, reason="x", actor=STAFF)
    with pytest.raises(CardInUse):
        fulfilment.cancel(order=order, reason="x", actor=STAFF)
    for _ in range(2):
        refunds = fulfilment.refund_gift_card(
            card=card, reason="Not wanted", request_key="form", actor=STAFF
        )
        assert [each.amount_minor for each in refunds] == [60_000]
    with pytest.raises(NotRefundable):
        fulfilment.refund_gift_card(card=card, reason="x", request_key="other", actor=STAFF)
    relay_outbox()
    order.refresh_from_db()
    assert (order.refunded_minor, order.voucher_refunded_minor) == (60_000, 60_000)
    assert left_on(card) == 0
    with pytest.raises(GiftCardNotUsable):
        find_card(code)
    assert sales_by_day(since=today(), currency="INR")[today()].value_minor == 35_000 + 40_000
    invoices.issue_invoice(order=order)
    note = Document.objects.get(order=order, kind="credit_note")
    assert (note.total_minor, note.tax_minor) == (60_000, 0)
    assert [line["kind"] for line in note.data["lines"]] == ["voucher"]
    payments.refund_payment(payment=payment, amount_minor=35_000, reason="x", actor=STAFF)
    assert_agrees(order)


def test_a_cancelled_order_closes_its_cards(voucher: Goods) -> None:
    order = buy(voucher, make_goods(price_minor=30_000))
    (code,) = codes_sent()
    fulfilment.cancel(order=order, reason="Not wanted", actor=STAFF)
    relay_outbox()
    order.refresh_from_db()
    assert (order.refunded_minor, order.voucher_refunded_minor) == (135_000, 100_000)
    with pytest.raises(GiftCardNotUsable):
        find_card(code)
    assert list(check_sold(None)) == []
    assert_agrees(order)
    assert sales_by_day(since=today(), currency="INR")[today()].value_minor == 0
    placed = place(put(carts.get_or_create_cart(), voucher))
    fulfilment.cancel(order=placed.order, reason="Not wanted", actor=STAFF)
    assert giftcards.issue_sold(order=placed.order) == []


def test_it_stays_with_its_order_and_is_not_returned(voucher: Goods) -> None:
    goods = make_goods()
    placed = place(put(make_cart(goods), voucher))
    order = placed.order
    line = order.lines.get(sku="GIFT-1000")
    with pytest.raises(LineNotChangeable):
        fulfilment.split_order(
            order=order, lines={line.pk: 1}, version=order.event_count, reason="x", actor=STAFF
        )
    assert [each.most for each in list_returnable(order) if each.line.pk == line.pk] == [0]
    again = carts.refill(
        cart=carts.get_or_create_cart(), wanted={voucher.variant_ref: 1, goods.variant_ref: 1}
    )
    assert [each.variant_ref for each in again.lines] == [goods.variant_ref]
