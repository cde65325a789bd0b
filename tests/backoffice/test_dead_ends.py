"""What goes no further by itself: every kind is found, has one button that works once, and is of this store alone."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import TextChoices
from django.test import Client

from apps.accounts.models import Role
from apps.carts import services as carts
from apps.carts.documents import Cart, CartStatus
from apps.common.clock import now
from apps.events.models import OutboxMessage
from apps.events.states import MessageState
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import Shipment
from apps.gateways.errors import GatewayRefused, GatewayUnavailable
from apps.gateways.installed import get_gateway
from apps.gateways.models import TestGatewayCharge as Charge
from apps.gateways.test_bank import TestGateway
from apps.inbox import services as inbox
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.errors import CaptureFailed
from apps.payments.models import Capture, Payment, PaymentSettings, Refund
from apps.platform.dead_ends import dead_end, list_dead_ends, resolve_dead_end, states
from apps.platform.sweeps import list_sweeps
from apps.tenancy.context import use_actor, use_store
from tests.api.shop import make_user
from tests.backoffice.sessions import rename_session
from tests.checkout.shop import assert_adds_up, make_cart, make_goods, place
from tests.payments.bank import pay_amount, pay_and_tell
from tests.support.acting import STAFF, seeing_all

PAGE = "/admin/orders/order/decisions/"
# Nothing has to follow these.
FINISHED = {
    "OrderPaymentState": {"paid", "partially_refunded", "refunded"},
    "FulfilmentState": {"delivered", "partially_returned", "returned"},
    "PaymentState": {"captured", "cancelled", "partially_refunded", "refunded"},
    "CaptureState": {"succeeded"},
    "RefundState": {"succeeded"},
    "DisputeState": {"reviewed", "won", "lost"},  # the bank decides, or has decided
    "ShipmentState": {"created", "delivered", "returned"},  # no row is stored as created
    "ReturnState": {"received", "cancelled"},
    "MailState": {"sent", "bounced"},
    "MessageState": {"delivered"},
    "EInvoiceState": {"registered", "cancelled", "left"},
    "InboxState": {"done", "dismissed"},
    "DeliveryState": {"delivered", "dropped"},
    "PushState": {"sent", "cancelled"},
}
# The sweep that ends a state by itself.
SWEPT = {
    "MessageState.pending": "apps.events.sweeps.relay_outbox",
    "InboxState.waiting": "apps.inbox.sweeps.handle_due_messages",
    "ShipmentState.ready": "apps.fulfilment.sweeps.expire_pickups",
    "DeliveryState.pending": "apps.partners.sweeps.start_due_webhooks",
}


def test_every_state_that_is_not_final_has_a_way_out() -> None:
    """A state that is added fails here until a sweep, or a kind of dead end, covers it."""
    machines = [
        machine
        for app in (
            "orders",
            "payments",
            "fulfilment",
            "notifications",
            "events",
            "invoices",
            "inbox",
            "partners",
            "easyecom",
        )
        for machine in vars(import_module(f"apps.{app}.states")).values()
        if isinstance(machine, type)
        and issubclass(machine, TextChoices)
        and machine.__name__ in FINISHED
    ]
    assert {machine.__name__ for machine in machines} == set(FINISHED)
    covered = frozenset[str]().union(*(kind.covers for kind in dead_end))
    left = {
        state
        for machine in machines
        for member in machine
        for state in states(member)
        if member.value not in FINISHED[machine.__name__]
    }
    assert left - covered - set(SWEPT) == set()
    assert set(SWEPT.values()) <= set(list_sweeps())


@pytest.fixture
def acting(in_store: Any) -> Iterator[None]:
    with use_actor(STAFF):
        yield


@pytest.fixture
def silent_refund(store: Any, monkeypatch: pytest.MonkeyPatch) -> Refund:
    """A refund of 100.00 of which the bank has said nothing for two hours."""
    with seeing_all(store):
        payment = place(make_cart(make_goods(price_minor=60_000))).payment
        pay_and_tell(payment)
        refund = payments.refund_payment(
            payment=payment, amount_minor=10_000, reason="Broken", actor=STAFF
        )
        Refund.objects.update(created_at=now() - timedelta(hours=2))
    return refund


@pytest.fixture
def staff_of(client_for: Callable[..., Client]) -> Callable[..., Client]:
    def log_in(store: Any, role: Role = Role.OWNER) -> Client:
        client = client_for(store)
        person = make_user(store, role)
        with use_store(store):
            client.force_login(person)
        return rename_session(client, f"session_{store.slug}")

    return log_in


def found(code: str) -> list[Any]:
    return list_dead_ends(dead_end.items()[code])


def press(code: str, key: Any = None) -> Any:
    kind = dead_end.items()[code]
    return resolve_dead_end(kind=kind, key=str(key or found(code)[0].key), actor=STAFF)


def test_a_refund_without_an_answer_is_shown_and_sent_once(
    store: Any, silent_refund: Refund, staff_of: Callable[..., Client]
) -> None:
    owner = staff_of(store)
    page = owner.get(PAGE).content.decode()
    assert "Refund of ₹100.00" in page
    assert "The bank has not answered." in page
    assert "Needs a decision" in owner.get("/admin/").content.decode()
    address = f"{PAGE}payments.refund/{silent_refund.pk}/"
    assert f'<form method="post" action="{address}"' in page

    assert "Done." in owner.post(address, follow=True).content.decode()
    again = owner.post(address, follow=True).content.decode()

    assert "This is settled already." in again
    assert "Nothing waits for a decision" in again
    with seeing_all(store):
        assert Charge.objects.get().refunded_minor == 10_000
        assert_adds_up(Order.objects.get())


def test_only_who_may_press_a_button_sees_it(
    store: Any, silent_refund: Refund, staff_of: Callable[..., Client]
) -> None:
    reader = staff_of(store, Role.READ_ONLY)
    page = reader.get(PAGE).content.decode()
    assert "Refund of ₹100.00" in page
    assert "Ask the bank again" not in page
    assert "payments.refund" not in page
    assert reader.post(f"{PAGE}payments.refund/{silent_refund.pk}/").status_code == 403
    catalog = staff_of(store, Role.CATALOG)
    assert "Refund of" not in catalog.get(PAGE).content.decode()
    assert catalog.post(f"{PAGE}payments.refund/{silent_refund.pk}/").status_code == 403
    assert catalog.post(f"{PAGE}nothing/{silent_refund.pk}/").status_code == 404
    with seeing_all(store):
        assert Refund.objects.get().state == "requested"


def test_another_store_neither_sees_nor_presses_it(
    store: Any, other_store: Any, silent_refund: Refund, staff_of: Callable[..., Client]
) -> None:
    stranger = staff_of(other_store)
    assert "Nothing waits for a decision" in stranger.get(PAGE).content.decode()
    answer = stranger.post(f"{PAGE}payments.refund/{silent_refund.pk}/", follow=True)
    assert "This is settled already." in answer.content.decode()
    with seeing_all(store):
        assert Refund.objects.get().state == "requested"

    def listed(slug: str) -> list[dict[str, str]]:
        out = StringIO()
        with suppress(CommandError):
            call_command("dead_ends", "--store", slug, "--json", stdout=out)
        found: list[dict[str, str]] = json.loads(out.getvalue())["dead_ends"]
        return found

    assert [(each["store"], each["kind"]) for each in listed("alpha")] == [
        ("alpha", "payments.refund")
    ]
    assert listed("beta") == []


def test_a_button_that_settles_nothing_says_why_and_the_row_stays(
    store: Any,
    silent_refund: Refund,
    staff_of: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def silence(*args: Any) -> Any:
        raise GatewayUnavailable

    monkeypatch.setattr(TestGateway, "refund", silence)
    owner = staff_of(store)
    page = owner.post(f"{PAGE}payments.refund/{silent_refund.pk}/", follow=True).content.decode()
    assert "does not answer" in page
    assert "Refund of ₹100.00" in page
    assert "not" in owner.post(f"{PAGE}payments.refund/x/", follow=True).content.decode()


def test_a_row_that_may_stay_as_it_is_has_a_second_button(
    store: Any, staff_of: Callable[..., Client]
) -> None:
    with seeing_all(store):
        message = inbox.receive(source="easyecom", topic="orders", body=b"x", fault="Not JSON.")
    owner, reader = staff_of(store), staff_of(store, Role.READ_ONLY)
    address = f"{PAGE}inbox.dead/{message.pk}/"
    assert 'name="dismiss"' in owner.get(PAGE).content.decode()
    assert reader.post(address, {"dismiss": "1"}).status_code == 403
    pages = [owner.post(address, {"dismiss": "1"}, follow=True).content.decode() for _ in range(2)]
    assert "Done." in pages[0]
    assert "This is settled already." in pages[1]
    assert "Not JSON." not in pages[0]
    assert (
        "Not JSON." in owner.get(f"/admin/inbox/inboxmessage/{message.pk}/change/").content.decode()
    )
    assert owner.post(f"{PAGE}payments.refund/x/", {"dismiss": "1"}).status_code == 404


@pytest.mark.usefixtures("acting")
def test_a_refused_refund_is_asked_for_again_with_the_same_tax(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    payment = place(make_cart(make_goods(price_minor=60_000))).payment
    pay_and_tell(payment)

    def refuse(*args: Any) -> Any:
        raise GatewayRefused("The account is closed.")

    with monkeypatch.context() as patched:
        patched.setattr(type(get_gateway("test")), "refund", refuse)
        refund = payments.refund_payment(
            payment=payment, amount_minor=10_000, reason="Broken", actor=STAFF
        )
        payments.send_refund(refund_id=refund.pk)
    assert [row.why for row in found("payments.refund_failed")] == ["The account is closed."]
    assert found("payments.flagged") == [], "it is said once"

    assert press("payments.refund_failed").left is None
    assert press("payments.refund_failed", refund.pk).is_gone

    again = Refund.objects.exclude(pk=refund.pk).get()
    assert (again.amount_minor, again.tax_minor) == (10_000, refund.tax_minor)
    payments.send_refund(refund_id=again.pk)
    assert_adds_up(payment.order)


@pytest.mark.usefixtures("acting")
def test_held_money_that_a_bank_refused_is_taken_by_the_button_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    PaymentSettings.objects.update_or_create(
        key="store", defaults={"capture": PaymentSettings.Capture.AT_SHIPMENT}
    )
    placed = place(make_cart(make_goods()))
    pay_and_tell(placed.payment)

    def refuse(*args: Any) -> Any:
        raise GatewayRefused("Try later.")

    with monkeypatch.context() as patched:
        patched.setattr(TestGateway, "capture", refuse)
        with pytest.raises(CaptureFailed):
            fulfilment.ship_order(order=placed.order, actor=STAFF)
    assert [row.why for row in found("payments.capture_failed")] == ["Try later."]

    failed = Capture.objects.get()
    assert press("payments.capture_failed").left is None
    payments.capture_again(capture=failed, actor=STAFF)

    payment = Payment.objects.get()
    assert (payment.captured_minor, payment.needs_attention) == (placed.order.total_minor, "")
    assert_adds_up(placed.order)


@pytest.mark.usefixtures("acting")
def test_what_was_paid_too_much_or_too_little_has_a_button() -> None:
    over, under = (place(make_cart(make_goods())).payment for _ in range(2))
    pay_amount(over, over.amount_minor + 500)
    pay_amount(under, under.amount_minor - 500)

    assert press("payments.overpaid").left is None
    assert Refund.objects.get().amount_minor == 500
    assert press("fulfilment.underpaid").left is None
    asked = Payment.objects.get(order=under.order, state="created")
    assert (asked.amount_minor, asked.gateway) == (500, "test")
    assert found("payments.flagged") == []
    Payment.objects.filter(pk=asked.pk).update(created_at=now() - timedelta(days=8))
    assert press("fulfilment.unanswered").left is None
    assert Order.objects.get(pk=under.order_id).is_cancelled


@pytest.mark.usefixtures("acting")
def test_an_order_that_nothing_can_pay_any_more_is_cancelled_by_the_button() -> None:
    placed = place(make_cart(make_goods()))
    Payment.objects.update(state="cancelled")
    Order.objects.update(placed_at=now() - timedelta(hours=2))
    assert "no payment of it is open" in found("fulfilment.unpaid")[0].why
    assert press("fulfilment.unpaid").left is None
    assert Order.objects.get(pk=placed.order.pk).is_cancelled


@pytest.mark.usefixtures("acting")
def test_carts_parcels_and_tasks_that_stall_are_found() -> None:
    cart = carts.claim_cart(cart=make_cart(make_goods())).cart
    Cart.objects.filter(pk=cart.pk).update(claimed_at=now() - timedelta(hours=2))
    placed = place(make_cart(make_goods()))
    pay_and_tell(placed.payment)
    fulfilment.ship_order(order=placed.order, actor=STAFF)
    Shipment.objects.update(shipped_at=now() - timedelta(days=22))
    OutboxMessage.objects.filter(consumer="fulfilment.tell_shipped").update(
        state=MessageState.DEAD, last_error="Traceback:\nOSError: no route"
    )
    assert [row.why for row in found("events.message")] == ["OSError: no route"]
    assert found("events.message")[0].order_id == placed.order.pk

    for code in ("checkout.cart", "fulfilment.parcel", "events.message"):
        assert press(code).left is None, code

    assert Cart.objects.get(pk=cart.pk).status == CartStatus.OPEN
    assert Shipment.objects.get().state == "delivered"
