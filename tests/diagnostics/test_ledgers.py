"""`check_ledger`: each number that two apps keep is compared, and the row that differs is named."""

import json
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from apps.accounts.models import Role
from apps.carts import services as carts
from apps.discounts.models import Allowance, Redemption
from apps.events.services import relay_outbox
from apps.fulfilment.services import Credit
from apps.invoices.models import Series
from apps.orders.models import Order
from apps.payments.models import Payment, Refund
from apps.platform.ledgers import check_ledgers
from apps.tenancy.context import current_store, use_actor
from tests.api.shop import make_user
from tests.checkout.shop import make_cart, make_goods, place
from tests.discounts.rules import make_discount
from tests.fulfilment.parcels import deliver, ship, take_back
from tests.giftcards.cards import issue
from tests.payments.bank import pay_and_tell
from tests.support.acting import SYSTEM, seeing_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold(in_store: Any) -> Iterator[Order]:
    """With a coupon and a gift card, paid, delivered, and one of two pieces is back."""
    with use_actor(SYSTEM):
        make_discount("SAVE10")
        _card, code = issue(20_000)
        cart = carts.add_code(cart=make_cart(make_goods(), quantity=2), code="SAVE10")
        placed = place(cart, gift_cards=[code])
        pay_and_tell(placed.payment)
        relay_outbox()
        take_back(deliver(ship(placed.order)), restock=2, credit=Credit())
        relay_outbox()
        assert check_ledgers() == []
        yield placed.order


CASES: dict[str, tuple[str, Callable[[], object]]] = {
    "refunded_minor": ("refunds", lambda: Payment.objects.update(refunded_minor=1)),
    "used": ("redemptions", lambda: Allowance.objects.update(used=2)),
    "uses": ("orders", lambda: Order.objects.update(cancelled_at="2026-01-01T00:00Z")),
    "codes": ("redemptions", lambda: Redemption.objects.update(code="OTHER")),
    "last_number": ("documents", lambda: Series.objects.update(last_number=9)),
    "invoice less credit notes": ("orders", lambda: Refund.objects.update(credited_minor=1)),
}


@pytest.mark.parametrize("counter", list(CASES))
def test_a_number_that_differs_is_named(sold: Order, counter: str) -> None:
    source, spoil = CASES[counter]
    spoil()
    assert (counter, source) in {(each.counter, each.source) for each in check_ledgers()}


def test_cards_and_payments_must_say_the_same(sold: Order) -> None:
    paid = Payment.objects.filter(order=sold, gateway="gift_card")
    refund = Refund.objects.get(payment__gateway="gift_card")
    paid.update(captured_minor=20_001, amount_minor=20_001)
    found = {(each.counter, each.counted, each.expected) for each in check_ledgers()}
    assert ("paid with stored value", 20_001, 20_000) in found
    paid.update(captured_minor=20_000, amount_minor=20_000)
    Refund.objects.filter(pk=refund.pk).update(amount_minor=refund.amount_minor - 1)
    found = {(each.counter, each.counted, each.expected) for each in check_ledgers()}
    assert ("given_back", refund.amount_minor, refund.amount_minor - 1) in found
    assert ("refund", refund.amount_minor - 1, refund.amount_minor) in found


def test_the_command_prints_the_rows_for_programs_and_exits_1(sold: Order) -> None:
    Allowance.objects.update(used=2)
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("check_ledger", current_store().slug, "--json", stdout=said)
    (found,) = json.loads(said.getvalue())["findings"]
    assert (found["name"], found["counter"], found["counted"], found["expected"]) == (
        "Spring",
        "used",
        2,
        1,
    )


def test_the_page_shows_what_differs_to_those_who_see_payments(
    sold: Order, store: Any, client_for: Callable[..., Client]
) -> None:
    page = "/admin/payments/payment/ledgers/"
    clients = {}
    for role in (Role.OWNER, Role.CATALOG):
        clients[role] = client_for(store)
        with seeing_all(store):
            clients[role].force_login(make_user(store, role))
        clients[role].cookies[f"session_{store.slug}"] = clients[role].cookies["sessionid"].value
    assert clients[Role.CATALOG].post(page).status_code == 403
    owner = clients[Role.OWNER]
    assert "Check now" in owner.get(page).content.decode()
    assert "Everything agrees" in owner.post(page).content.decode()
    Refund.objects.update(credited_minor=1)
    shown = owner.post(page).content.decode()
    assert sold.number in shown
    assert "invoice less credit notes" in shown
