"""When cash on delivery is offered, what it costs, and who confirms the order."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from apps.checkout.errors import InvalidDetails, PriceChanged
from apps.checkout.selectors import list_checkout_options
from apps.common.addresses.postal_patterns import PostalPatterns, read_patterns
from apps.common.clock import now
from apps.fulfilment import services as fulfilment
from apps.fulfilment.errors import CodeIsOver, TooManyCodes, WrongCode
from apps.fulfilment.models import ConfirmationCode
from apps.fulfilment.services.confirming import MOST_ATTEMPTS, MOST_CODES, make_code
from apps.gateways.errors import PaymentMethodUnavailable
from apps.invoices.lines import lines_of_order
from apps.notifications.models import SentMail
from apps.orders.errors import OrderNotConfirmed
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.credits import credits_of
from apps.payments.models import CashSettings
from apps.storefront.order_words import Situation, situation_of
from apps.tenancy.context import use_actor
from tests.checkout.shop import (
    ADDRESS,
    Goods,
    assert_adds_up,
    make_cart,
    make_goods,
    place,
    stock_of,
)
from tests.fulfilment.parcels import CASH, deliver, settle, ship, take_back
from tests.giftcards.cards import issue
from tests.support.acting import GUEST, STAFF, SYSTEM, by

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def platform_at_work(in_store: Any) -> Iterator[None]:
    with use_actor(SYSTEM):
        yield


def rule(**values: Any) -> None:
    row, _ = CashSettings.objects.get_or_create(key="store")
    for name, value in values.items():
        setattr(row, name, value)
    payments.save_cash_settings(row)


def options(cart: Any, **changes: Any) -> Any:
    place_of_it = {"country": "IN", "region": "KA", "postal_code": "560025", **changes}
    return list_checkout_options(cart, **place_of_it)


def reasons(cart: Any, **changes: Any) -> list[str]:
    return [each.reason for each in options(cart, **changes).refused]


def test_patterns_match_codes_in_any_spelling() -> None:
    kept = read_patterns("560 025; 5601*, 110-001\n५६००३० 560031, 560025,", "IN")
    assert kept == ["110001", "560025", "560030", "560031", "5601*"]
    assert read_patterns("５６００＊，५६००३०", "IN") == ["5600*", "560030"]
    assert read_patterns("sw1a 1aa", "GB") == ["SW1A1AA"]
    assert read_patterns(" \n,", "IN") == []
    patterns = PostalPatterns.of(["5601*", "SW1A1AA", "110001"])
    assert patterns.match("560 103")
    assert patterns.match("sw1a 1aa")
    assert patterns.match("११०००१")
    assert not patterns.match("560025")
    assert not patterns.match("")
    assert not patterns.match("\x00")
    assert not PostalPatterns().match("560025")
    for wrong in ("56?", "56*1", "<b>", "x" * 13, "56002", "560025560026"):
        with pytest.raises(ValueError, match="not a postal code"):
            read_patterns(wrong, "IN")


def test_limits_and_postal_codes_refuse_with_a_sentence_on_the_page_and_when_ordering() -> None:
    goods = make_goods(stock=9, price_minor=50_000)
    cart = make_cart(goods)
    assert reasons(cart) == []
    rule(minimum_minor=50_001)
    assert reasons(cart) == ["Cash on delivery is possible from ₹500.01 on."]
    rule(minimum_minor=None, maximum_minor=49_999)
    assert reasons(cart) == ["Cash on delivery is possible up to ₹499.99."]
    rule(maximum_minor=None, postal_rule="except", postal_codes=["5600*"])
    assert reasons(cart) == ["Cash on delivery is not possible for the postal code 560025."]
    assert reasons(cart, postal_code="") == []
    for typed in ("PIN: 560 025", "Karnataka 560025", "भारत ५६००२५", "IN-560025"):
        said = "Cash on delivery is not possible for the postal code 560025."
        assert reasons(cart, postal_code=typed) == [said], typed
    for begun in ("5600", "PIN", "\u200b", "\x00"):
        assert reasons(cart, postal_code=begun) == []
    rule(postal_rule="only")
    assert reasons(cart) == []
    assert len(reasons(cart, postal_code="110001")) == 1
    rule(postal_codes=["11*"])
    assert CASH not in {method.code for method in options(cart).payment_methods}
    with pytest.raises(PaymentMethodUnavailable, match="not possible for the postal code 560025"):
        place(cart, payment_method=CASH)
    assert not Order.objects.exists()
    place(make_cart(goods), payment_method="test")


def test_limits_are_about_what_the_courier_collects() -> None:
    rule(maximum_minor=30_000)
    cart = make_cart(make_goods(price_minor=50_000))
    _card, code = issue()
    assert len(reasons(cart)) == 1
    assert reasons(cart, gift_cards=[code]) == []
    with pytest.raises(PaymentMethodUnavailable):
        place(cart, payment_method=CASH)
    cart = make_cart(make_goods(price_minor=50_000))
    order = place(cart, payment_method=CASH, gift_cards=[code]).order
    assert order.payment_state == "cash_due"
    rule(minimum_minor=30_001, maximum_minor=None)
    low = make_cart(make_goods(price_minor=50_000))
    assert len(reasons(low, gift_cards=[issue()[1]])) == 1


def test_the_fee_is_in_the_quote_the_order_its_invoice_and_its_cash() -> None:
    rule(fee_minor=4_900)
    goods = make_goods(stock=9, price_minor=118_000)
    cart = make_cart(goods)
    shown = options(cart, payment_method=CASH)
    assert shown.paid_by == CASH
    assert shown.quote.priced.total_minor == 122_900
    assert options(cart, payment_method="test").quote.priced.total_minor == 118_000
    with pytest.raises(PriceChanged):
        place(cart, payment_method=CASH, expected_total_minor=118_000)
    order = place(make_cart(goods), payment_method=CASH, expected_total_minor=122_900).order
    order.refresh_from_db()
    assert (order.fee_minor, order.total_minor) == (4_900, 122_900)
    # 1,229.00 * 9 / 118 = 93.737..., so 93.74 twice; the fee's share of it 49 / 1229 = 3.737..., so 3.74 twice
    assert (order.tax_minor, order.fee_tax_minor) == (18_748, 748)
    lines = lines_of_order(order, list(order.lines.all()))
    assert [(each.kind, each.total_minor, each.tax_minor) for each in lines] == [
        ("goods", 118_000, 18_000),
        ("fee", 4_900, 748),
    ]
    parcel = deliver(ship(order))
    assert parcel.cash_minor == 122_900
    settle(order)


def test_a_return_gives_the_fee_back_only_where_nothing_was_delivered() -> None:
    rule(fee_minor=4_900)
    goods = make_goods(stock=9, price_minor=118_000)
    kept = place(make_cart(goods), payment_method=CASH).order
    take_back(deliver(ship(kept)), restock=1, credit=fulfilment.Credit())
    settle(kept)
    assert (kept.refunded_minor, credits_of(kept).left.total_minor) == (118_000, 4_900)
    assert credits_of(kept).left.tax_minor == 748
    refused = place(make_cart(goods), payment_method=CASH).order
    by(STAFF, fulfilment.expect_return, shipment=(parcel := ship(refused)), actor=STAFF)
    parcel.refresh_from_db()
    take_back(parcel, restock=1)
    settle(refused)
    assert (refused.payment_state, refused.payable_minor) == ("void", 0)


@pytest.fixture
def goods() -> Goods:
    return make_goods(stock=9)


def to_confirm(goods: Goods, kind: str) -> Order:
    rule(confirmation=kind, hours_to_confirm=24)
    order = place(make_cart(goods), payment_method=CASH).order
    order.refresh_from_db()
    return order


def test_an_order_that_staff_confirm_waits_and_then_ships(goods: Goods) -> None:
    order = to_confirm(goods, "call")
    assert order.confirm_by == order.placed_at + timedelta(hours=24) or order.awaits_confirmation
    with pytest.raises(OrderNotConfirmed):
        ship(order)
    for _press in range(2):
        by(STAFF, fulfilment.confirm_order, order=order, actor=STAFF)
    settle(order)
    assert order.events.filter(kind="order.confirmed").count() == 1
    ship(order)
    templates = list(SentMail.objects.filter(to=order.email).values_list("template", flat=True))
    assert templates.count("order_confirmation") == 1


def test_staff_need_a_number_to_call(goods: Goods) -> None:
    rule(confirmation="call")
    with pytest.raises(InvalidDetails) as refusal:
        place(make_cart(goods), payment_method=CASH, shipping_address={**ADDRESS, "phone": ""})
    assert set(refusal.value.fields) == {"shipping_address.phone"}
    assert not Order.objects.exists()
    shown = to_confirm(goods, "call")
    assert situation_of(shown) == Situation.TO_CONFIRM


def test_an_order_that_is_not_confirmed_in_time_releases_its_stock(goods: Goods) -> None:
    order, later = to_confirm(goods, "call"), to_confirm(goods, "call")
    Order.objects.filter(pk=order.pk).update(confirm_by=now() - timedelta(seconds=1))
    assert fulfilment.expire_unconfirmed_orders() == 1
    assert fulfilment.expire_unconfirmed_orders() == 0
    order.refresh_from_db()
    later.refresh_from_db()
    assert order.is_cancelled
    assert not later.is_cancelled
    assert stock_of(goods) == (9, 0, 1)


def code_of(order: Order) -> str:
    """From the mail that went to the buyer."""
    sent = SentMail.objects.filter(to=order.email, template="order_code").order_by("id").last()
    assert sent is not None
    return sent.subject.split()[0]


def test_the_buyer_confirms_with_the_code_of_the_mail(goods: Goods) -> None:
    order = to_confirm(goods, "code")
    settle(order)
    assert not SentMail.objects.filter(template="order_confirmation").exists()
    code = code_of(order)
    assert code not in ConfirmationCode.objects.get().code_hash
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    with pytest.raises(WrongCode) as refusal:
        fulfilment.confirm_with_code(order=order, code=wrong, actor=GUEST)
    assert refusal.value.details["left"] == MOST_ATTEMPTS - 1
    for _press in range(2):
        spaced = f" {code[:3]} {code[3:]} "
        fulfilment.confirm_with_code(order=order, code=spaced, actor=GUEST)
    settle(order)
    assert not order.awaits_confirmation
    assert SentMail.objects.filter(template="order_confirmation").count() == 1
    ship(order)


def test_a_code_ends_by_time_by_tries_and_by_the_next_code(goods: Goods) -> None:
    order = to_confirm(goods, "code")
    first, _ = make_code(order=order, sent_to="a")
    ConfirmationCode.objects.update(expires_at=now())
    with pytest.raises(CodeIsOver):
        fulfilment.confirm_with_code(order=order, code=first, actor=GUEST)
    second, _ = make_code(order=order, sent_to="a")
    wrong = f"{(int(second) + 1) % 10**6:06d}"
    for _try in range(MOST_ATTEMPTS - 1):
        with pytest.raises(WrongCode):
            fulfilment.confirm_with_code(order=order, code=wrong, actor=GUEST)
    for typed in (wrong, second, "", "x" * 30):
        with pytest.raises(CodeIsOver):
            fulfilment.confirm_with_code(order=order, code=typed, actor=GUEST)
    third, _ = make_code(order=order, sent_to="a")
    if third != second:
        with pytest.raises(WrongCode):
            fulfilment.confirm_with_code(order=order, code=second, actor=GUEST)
    fulfilment.confirm_with_code(order=order, code=third, actor=GUEST)


def test_codes_are_sent_once_a_minute_and_a_few_times(goods: Goods) -> None:
    order = to_confirm(goods, "code")
    settle(order)
    with pytest.raises(TooManyCodes):
        fulfilment.request_code(order=order)
    for _sent in range(MOST_CODES - 1):
        ConfirmationCode.objects.update(sent_at=now() - timedelta(seconds=61))
        fulfilment.request_code(order=order)
        with pytest.raises(TooManyCodes):  # a second press before the mail is written
            fulfilment.request_code(order=order)
        settle(order)
    assert SentMail.objects.filter(template="order_code").count() == MOST_CODES
    ConfirmationCode.objects.update(sent_at=now() - timedelta(days=1))
    with pytest.raises(TooManyCodes):
        fulfilment.request_code(order=order)


def test_an_order_of_another_way_to_pay_is_not_asked_about(goods: Goods) -> None:
    rule(confirmation="code", fee_minor=100)
    order = place(make_cart(goods), payment_method="test").order
    order.refresh_from_db()
    assert (order.confirmation, order.confirm_by, order.fee_minor) == ("", None, 0)
    assert_adds_up(order)
