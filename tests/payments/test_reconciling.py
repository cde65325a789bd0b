"""`manage.py reconcile_payments`: what gateways say otherwise, in a line each, and booked when asked."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from apps.gateways.models import TestGatewayCharge as Charge
from apps.payments.checking import check_money
from apps.payments.models import Payment
from apps.tenancy.context import use_store
from tests.checkout.shop import make_cart, make_goods, place
from tests.payments.bank import pay, pay_and_tell
from tests.support.acting import SYSTEM, by, seeing_all
from tests.support.stripe_shop import StripeShop, deliver

pytestmark = pytest.mark.django_db


def run(store: Any, *options: str) -> tuple[list[str], bool]:
    """The lines without store and order, and whether the command ended well."""
    out, is_good = StringIO(), True
    try:
        call_command("reconcile_payments", store.slug, *options, "--json", stdout=out)
    except CommandError:
        is_good = False
    found = json.loads(out.getvalue())["findings"]
    return [f"{each['finding']}{' (booked)' * each['fixed']}" for each in found], is_good


def test_what_stripe_says_otherwise_is_listed_and_booked(store: Any, stripe: StripeShop) -> None:
    lost, refunded, quiet = stripe.payment(), stripe.payment(), stripe.payment()
    for payment in (lost, refunded):
        stripe.account.pay(payment.gateway_ref)
    for event in stripe.new_events():
        if event["data"]["object"]["metadata"]["polystore_charge"] == str(refunded.pk):
            deliver(event)
    ref = stripe.account.refund_at_dashboard(refunded.gateway_ref, 5_000)
    expected = [
        "paid at stripe, created here",
        f"refund of ₹50.00 ({ref}) was made at stripe and is not here",
    ]

    assert run(store) == (expected, False)
    assert run(store) == (expected, False), "without --fix nothing is booked"
    assert run(store, "--fix") == ([f"{each} (booked)" for each in expected], True)
    assert run(store) == ([], True)
    with seeing_all(store):
        assert check_money() == []
        states = dict(Payment.objects.values_list("pk", "state"))
    assert [states[each.pk] for each in (lost, refunded, quiet)] == [
        "captured",
        "partially_refunded",
        "created",
    ]


def test_what_can_t_be_booked_is_left_for_a_person(store: Any, stripe: StripeShop) -> None:
    payment = stripe.payment()
    stripe.account.pay(payment.gateway_ref)
    stripe.deliver_all()
    stripe.account.intents.clear()

    lines, is_good = run(store, "--fix")
    assert not is_good
    assert lines[0] == "received here, unknown at stripe"


def test_a_gateway_that_does_not_answer_stops_no_other_payment(
    store: Any, stripe: StripeShop
) -> None:
    stripe.payment()
    other = place(make_cart(make_goods())).payment
    by(SYSTEM, pay, other)
    stripe.server.fail = [503] * 4

    lines, is_good = run(store, "--fix")
    assert not is_good
    assert lines[0].startswith("stripe was not asked")
    assert lines[1] == "paid at test, created here (booked)"


def test_every_gateway_is_asked(store: Any) -> None:
    with use_store(store):
        payment = place(make_cart(make_goods())).payment
        pay_and_tell(payment)
        by(SYSTEM, Charge.objects.update, refunded_minor=F("refunded_minor") + 100)
    assert run(store) == (["₹0.00 refunded here, ₹1.00 at test"], False)
