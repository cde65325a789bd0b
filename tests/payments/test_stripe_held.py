"""A store that takes the money when it ships, paid by Stripe: held, captured once with the first parcel, or released."""

import pytest

from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.gateways.installed import get_gateway
from apps.payments.charges import charge_of
from apps.payments.checking import check_money
from apps.payments.models import Payment, PaymentSettings
from apps.payments.reconciling import differences_of, reconcile_payments
from apps.tenancy.context import use_actor
from tests.checkout.shop import Placed, assert_adds_up, make_cart, make_goods, place
from tests.support.acting import STAFF, SYSTEM, by
from tests.support.stripe_shop import StripeShop, deliver

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store")]


@pytest.fixture
def placed(stripe: StripeShop) -> Placed:
    """Two pieces, whose money the bank holds."""
    with use_actor(STAFF):
        row, _ = PaymentSettings.objects.get_or_create(key="store")
        row.capture = PaymentSettings.Capture.AT_SHIPMENT
        row.save()
    placed = place(make_cart(make_goods(), quantity=2), payment_method="stripe")
    stripe.account.pay(placed.payment.gateway_ref)
    return placed


@use_actor(SYSTEM)
def state_of(placed: Placed) -> tuple[str, int]:
    payment = Payment.objects.get(pk=placed.payment.pk)
    assert_adds_up(payment.order)
    assert check_money() == []
    return payment.state, payment.captured_minor


def test_the_first_parcel_takes_all_that_stripe_holds(stripe: StripeShop, placed: Placed) -> None:
    """Stripe captures once; what is not captured then is released."""
    stripe.deliver_all()
    assert state_of(placed) == ("authorized", 0)
    with use_actor(STAFF):
        placed.order.refresh_from_db()
        line = placed.order.lines.get()
        fulfilment.ship_order(order=placed.order, lines={line.pk: 1}, actor=STAFF)
    assert state_of(placed) == ("captured", placed.order.total_minor)
    with use_actor(STAFF):
        fulfilment.ship_order(order=placed.order, actor=STAFF)
    for event in stripe.new_events() * 2:
        deliver(event)
    assert state_of(placed) == ("captured", placed.order.total_minor)
    assert (
        stripe.server.requests.count(
            ("POST", f"/v1/payment_intents/{placed.payment.gateway_ref}/capture")
        )
        == 1
    )


def test_what_is_cancelled_before_it_ships_is_released(stripe: StripeShop, placed: Placed) -> None:
    stripe.deliver_all()
    with use_actor(STAFF):
        placed.order.refresh_from_db()
        fulfilment.cancel(order=placed.order, reason="Changed my mind", actor=STAFF)
        by(SYSTEM, relay_outbox)
    stripe.deliver_all()
    assert stripe.account.intents[placed.payment.gateway_ref]["status"] == "canceled"
    assert state_of(placed) == ("cancelled", 0)


def test_a_hold_that_stripe_let_go_is_listed_and_booked(stripe: StripeShop, placed: Placed) -> None:
    stripe.deliver_all()
    stripe.account.cancel(placed.payment.gateway_ref)
    found = by(SYSTEM, lambda: [each.sentence for each in reconcile_payments(days=1, fix=False)])
    assert found == ["held here, cancelled at stripe"]
    assert by(SYSTEM, lambda: [each.is_fixed for each in reconcile_payments(days=1, fix=True)]) == [
        True
    ]
    assert state_of(placed)[1] == 0


def test_held_money_that_no_event_came_for_is_listed(stripe: StripeShop, placed: Placed) -> None:
    state = get_gateway("stripe").fetch(charge_of(placed.payment))
    assert by(SYSTEM, lambda: list(differences_of(placed.payment, state))) == [
        "held at stripe, created here"
    ]
