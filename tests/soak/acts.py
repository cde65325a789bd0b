"""What people do in a shop, each act once at random: buyers, the bank, the warehouse, the desk, the platform."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, TypeVar

from apps.carts import services as carts
from apps.catalog.selectors import read_lines
from apps.checkout import services as checkout
from apps.common.clock import today
from apps.common.errors import DomainError
from apps.common.ids import random_token
from apps.common.money import to_minor
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import Shipment
from apps.fulfilment.services import Credit, Pieces
from apps.gateways import test_bank
from apps.gateways.models import TestGatewayCharge
from apps.gateways.values import DisputeStatus
from apps.giftcards import services as giftcards
from apps.inventory import services as inventory
from apps.inventory.models import StockItem
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.models import Payment
from apps.payments.states import OPEN_STATES, RefundTo
from apps.platform.sweeps import run_sweeps
from apps.returns import services as returns
from apps.returns.models import ReturnReason, ReturnRequest
from apps.returns.returnable import list_returnable
from apps.returns.services import Findings, Wanted
from apps.returns.states import Wish
from apps.tenancy.context import current_store, use_actor
from tests.checkout.shop import details
from tests.fulfilment.parcels import CASH
from tests.giftcards.cards import issue
from tests.payments.bank import decline, deliver, message_of, pay, pay_again, promise
from tests.payments.transfers import TRANSFER
from tests.soak.world import NothingToDo, World, add_coupon, any_of, found, is_likely
from tests.support.acting import GUEST, STAFF

Row = TypeVar("Row", bound=Any)
Act = Callable[[World, random.Random], object]


_ARRIVED: Final = ("delivered", "partially_returned")


def order_of(chance: random.Random, **likely: Any) -> Order:
    """Mostly one of those for which the act is meant, sometimes any."""
    rows = Order.objects.filter(**likely) if is_likely(chance) else Order.objects.all()
    return found(any_of(chance, rows))


def parcel_of(chance: random.Random, *states: str) -> Shipment:
    rows = Shipment.objects.select_related("order")
    return found(any_of(chance, rows.filter(state__in=states) if is_likely(chance) else rows))


def request_of(chance: random.Random, *states: str) -> ReturnRequest:
    rows = ReturnRequest.objects.select_related("order")
    return found(any_of(chance, rows.filter(state__in=states) if is_likely(chance) else rows))


def open_payment(chance: random.Random, gateway: str) -> Payment:
    rows = Payment.objects.filter(gateway=gateway, state__in=OPEN_STATES).select_related("order")
    return found(any_of(chance, rows))


def is_at_bank(payment: Payment) -> bool:
    return TestGatewayCharge.objects.filter(charge_ref=str(payment.pk)).exists()


def place_of(chance: random.Random, order: Order) -> RefundTo:
    places = [RefundTo.SOURCE, RefundTo.GIFT_CARD]
    return chance.choice([*places, RefundTo.STORE_CREDIT] if order.customer_id else places)


# Buyers


@use_actor(GUEST)
def browse(world: World, chance: random.Random) -> None:
    read_lines([each.variant_ref for each in world.goods], current_store().currency)


@use_actor(GUEST)
def buy(world: World, chance: random.Random) -> None:
    person = chance.choice([None, *world.people])
    cart = carts.find_or_build_cart(token=None, customer_ref=str(person) if person else None)
    for goods in chance.sample([*world.goods, *world.sizes], chance.randint(1, 3)):
        cart = carts.add_item(
            cart=cart, variant_ref=goods.variant_ref, quantity=chance.randint(1, 3)
        )
    for code in chance.sample(world.coupons, chance.choice([0, 0, 1, 2])):
        try:
            cart = carts.add_code(cart=cart, code=code)
        except DomainError:
            continue
    wanted = details(
        email=chance.choice(["asha@example.com", "ravi@example.com", "mei@example.com"]),
        gift_cards=chance.sample(world.cards, chance.choice([0, 0, 1, 2])),
        uses_store_credit=person is not None and chance.random() < 0.5,
        payment_method=chance.choice(["test", "test", "test", CASH, TRANSFER]),
    )
    checkout.place_order(cart=cart, details=wanted, actor=GUEST)


def pay_at_the_bank(world: World, chance: random.Random) -> None:
    payment = open_payment(chance, "test")
    if not is_at_bank(payment):  # a process died before it was opened there
        raise NothingToDo
    chance.choice([pay, pay, pay, pay, decline, promise])(payment)


def try_again(world: World, chance: random.Random) -> None:
    pay_again(open_payment(chance, "test"))


@use_actor(GUEST)
def ask_for_return(world: World, chance: random.Random) -> None:
    order = order_of(chance, fulfilment_state__in=_ARRIVED)
    is_exchange = chance.random() < 0.5
    reasons = list(ReturnReason.objects.filter(needs_photo=False))
    sizes = {each.variant_ref for each in world.sizes}
    wanted = []
    for each in list_returnable(order):
        if not each.most or (is_exchange and each.line.variant_ref not in sizes):
            continue
        wanted.append(
            Wanted(
                line_id=each.line.pk,
                quantity=chance.randint(1, each.most + (chance.random() < 0.1)),
                reason_id=chance.choice(reasons).pk,
                variant_ref=chance.choice(world.sizes).variant_ref if is_exchange else "",
            )
        )
    with use_actor(STAFF):
        returns.request_return(
            order=order,
            lines=wanted,
            wish=Wish.EXCHANGE if is_exchange else Wish.REFUND,
            destination=place_of(chance, order),
            actor=GUEST,
            request_key=random_token(),
        )


# The bank


def tell(world: World, chance: random.Random) -> None:
    """A webhook about any payment: the first, a repetition, or one that comes late."""
    payment = found(any_of(chance, Payment.objects.filter(gateway="test")))
    if not is_at_bank(payment):
        raise NothingToDo
    message = message_of(payment)
    for _ in range(chance.randint(1, 2)):
        deliver(message)


def bring_later(world: World, chance: random.Random) -> None:
    rows = TestGatewayCharge.objects.filter(state=TestGatewayCharge.State.LATER)
    test_bank.settle_later(found(any_of(chance, rows)).charge_ref)


def dispute(world: World, chance: random.Random) -> None:
    rows = Payment.objects.filter(gateway="test", captured_minor__gt=0)
    payment = found(any_of(chance, rows))
    known = world.bank.disputes.get(str(payment.pk))
    if known is None:
        amount, status = chance.randint(1, payment.captured_minor), DisputeStatus.OPEN
        world.bank.dispute(str(payment.pk), amount, payment.currency, status)
    elif known.status == DisputeStatus.OPEN:
        end = chance.choice([DisputeStatus.WON, DisputeStatus.LOST])
        world.bank.dispute(str(payment.pk), to_minor(known.amount), payment.currency, end)
    deliver(message_of(payment))


# Transfers


@use_actor(STAFF)
def book_transfer(world: World, chance: random.Random) -> None:
    payment = open_payment(chance, TRANSFER)
    amount = chance.choice([payment.amount_minor] * 3 + [payment.amount_minor // 2 + 1])
    payments.book_transfer(
        payment=payment,
        amount_minor=amount + chance.choice([0, 0, 0, 500]),
        received_on=today(),
        actor=STAFF,
    )


@use_actor(STAFF)
def settle_balance(world: World, chance: random.Random) -> None:
    order = found(any_of(chance, Order.objects.filter(payment_state="underpaid")))
    if chance.random() < 0.5:
        payments.ask_for_rest(
            order=order, gateway_code=chance.choice(["test", TRANSFER]), actor=STAFF
        )
    else:
        payments.write_off_rest(order=order, reason="A little", actor=STAFF)


@use_actor(STAFF)
def give_excess_back(world: World, chance: random.Random) -> None:
    payments.refund_excess(
        order=order_of(chance), reason="Too much", request_key=random_token(), actor=STAFF
    )


# The warehouse


@use_actor(STAFF)
def ship(world: World, chance: random.Random) -> None:
    order = order_of(
        chance, fulfilment_state__in=("unfulfilled", "partial"), cancelled_at__isnull=True
    )
    lines = None
    if chance.random() < 0.4:
        open_lines = [line for line in order.lines.all() if line.open_quantity]
        lines = {line.pk: chance.randint(0, line.open_quantity) for line in open_lines}
    fulfilment.ship_order(order=order, lines=lines, actor=STAFF)


@use_actor(STAFF)
def arrive(world: World, chance: random.Random) -> None:
    fulfilment.mark_delivered(shipment=parcel_of(chance, "shipped"), actor=STAFF)


@use_actor(STAFF)
def correct_arrival(world: World, chance: random.Random) -> None:
    fulfilment.undo_delivery(shipment=parcel_of(chance, "delivered"), actor=STAFF)


@use_actor(STAFF)
def refuse_parcel(world: World, chance: random.Random) -> None:
    parcel = parcel_of(chance, "shipped")
    fulfilment.expect_return(shipment=parcel, reason="Not at home", actor=STAFF)
    if chance.random() < 0.3:
        fulfilment.resume_delivery(shipment=parcel, actor=STAFF)


@use_actor(STAFF)
def take_parcel_back(world: World, chance: random.Random) -> None:
    parcel = parcel_of(chance, "returning", "delivered")
    pieces = {}
    for line in parcel.lines.select_related("order_line"):
        back = chance.randint(0, line.out_quantity)
        broken = chance.randint(0, back)
        pieces[line.order_line_id] = Pieces(back - broken, broken)
    credit = Credit(
        chance.choice([None, None, 777]),
        with_shipping=chance.random() < 0.5,
        destination=place_of(chance, parcel.order),
    )
    fulfilment.receive_return(
        shipment=parcel, lines=pieces, credit=chance.choice([None, credit]), actor=STAFF
    )


# The desk


@use_actor(STAFF)
def refund_something(world: World, chance: random.Random) -> None:
    rows = Payment.objects.filter(captured_minor__gt=0).select_related("order")
    payment = found(any_of(chance, rows))
    payments.refund_payment(
        payment=payment,
        amount_minor=chance.choice([1, 999, max(payment.refundable_minor, 1)]),
        reason="Sorry",
        destination=place_of(chance, payment.order),
        actor=STAFF,
    )


@use_actor(STAFF)
def cancel(world: World, chance: random.Random) -> None:
    fulfilment.cancel(order=order_of(chance), reason="Changed my mind", actor=STAFF)


@use_actor(STAFF)
def cancel_rest(world: World, chance: random.Random) -> None:
    fulfilment.cancel_rest(
        order=order_of(chance, fulfilment_state="partial"), reason="Sold out", actor=STAFF
    )


@use_actor(STAFF)
def decide_return(world: World, chance: random.Random) -> None:
    request = request_of(chance, "requested")
    if chance.random() < 0.85:
        returns.approve_return(request=request, actor=STAFF)
    elif chance.random() < 0.5:
        returns.refuse_return(request=request, reason="Worn", actor=STAFF)
    else:
        returns.withdraw_return(request=request, actor=STAFF)


@use_actor(STAFF)
def receive_return(world: World, chance: random.Random) -> None:
    request = request_of(chance, "approved", "in_transit", "received")
    left = {line.pk: line.quantity - line.received for line in request.lines.all()}
    pieces = {key: chance.choice([most, chance.randint(0, most)]) for key, most in left.items()}
    returns.receive_pieces(request=request, pieces=pieces, actor=STAFF)


@use_actor(STAFF)
def inspect_return(world: World, chance: random.Random) -> None:
    request = request_of(chance, "received")
    findings = {}
    for line in request.lines.all():
        good = chance.choice([line.received, chance.randint(0, line.received)])
        broken = chance.randint(0, line.received - good)
        findings[line.pk] = Findings(good, broken, line.received - good - broken)
    returns.inspect_return(
        request=request,
        findings=findings,
        deduction_minor=chance.choice([0, 0, 111]),
        destination=chance.choice([None, None, place_of(chance, request.order)]),
        actor=STAFF,
    )


@use_actor(STAFF)
def change_value(world: World, chance: random.Random) -> None:
    person = chance.choice(world.people)
    amount = chance.choice([20_000, 3_333, -500])
    giftcards.adjust_credit(
        customer_id=person, amount_minor=amount, reason="A gesture", actor=STAFF
    )


# The platform


@use_actor(STAFF)
def restock(world: World, chance: random.Random) -> None:
    item = found(any_of(chance, StockItem.objects.filter(on_hand__lt=15)))
    inventory.receive_stock(variant_ref=item.variant_ref, sku=item.sku, quantity=40)


def make_promotion(world: World, chance: random.Random) -> None:
    """A card that may end soon, or another coupon."""
    if chance.random() < 0.7:
        ends = chance.choice([None, today() + timedelta(days=chance.randint(1, 90))])
        world.cards.append(issue(chance.randint(500, 200_000), expires_on=ends)[1])
    else:
        add_coupon(world, f"C{random_token()[:6]}".upper().replace("_", "X"), limit=10)


def sweep(world: World, chance: random.Random) -> None:
    run_sweeps(current_store())


def relay(world: World, chance: random.Random) -> None:
    relay_outbox()


ACTS: Final[dict[Act, int]] = {
    browse: 2,
    buy: 24,
    pay_at_the_bank: 18,
    try_again: 3,
    tell: 18,
    bring_later: 3,
    dispute: 2,
    book_transfer: 8,
    settle_balance: 4,
    give_excess_back: 2,
    ship: 20,
    arrive: 16,
    correct_arrival: 2,
    refuse_parcel: 4,
    take_parcel_back: 6,
    refund_something: 5,
    cancel: 4,
    cancel_rest: 3,
    ask_for_return: 10,
    decide_return: 10,
    receive_return: 9,
    inspect_return: 9,
    change_value: 2,
    restock: 6,
    make_promotion: 1,
    sweep: 5,
    relay: 8,
}
"""How often each is done, beside the others."""
