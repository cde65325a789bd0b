"""The sweeps of payments: one broken item stops none behind it."""

from typing import Any

import pytest

from apps.common.clock import now
from apps.gateways import services as gateways
from apps.inbox.models import InboxMessage
from apps.inbox.services import handle_due
from apps.payments.models import Payment
from apps.payments.services import inbox
from apps.platform.sweeps import do_each, list_sweeps
from tests.checkout.shop import make_cart, make_goods, place
from tests.payments.bank import message_of, pay

pytestmark = pytest.mark.usefixtures("system_scope")


@pytest.mark.django_db
@pytest.mark.usefixtures("in_store")
def test_an_event_that_breaks_our_code_does_not_stop_those_behind_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    goods = make_goods()
    broken, good = (place(make_cart(goods)).payment for _ in range(2))
    for payment in (broken, good):
        pay(payment)
        body, headers = message_of(payment)
        gateways.receive_event(gateway_code="test", body=body, headers=headers)
    settle = inbox.settle_from_gateway

    def break_on_one(*, payment: Payment) -> Any:
        if payment.pk == broken.pk:
            raise RuntimeError("a fault of ours")
        return settle(payment=payment)

    monkeypatch.setattr(inbox, "settle_from_gateway", break_on_one)
    assert handle_due() == 1

    good.refresh_from_db()
    assert good.state == "captured"
    waiting = InboxMessage.objects.get(handled_at__isnull=True)
    assert (waiting.subject, waiting.state) == (str(broken.pk), "waiting")
    assert "a fault of ours" in waiting.last_error
    assert handle_due() == 0, "it is not due yet"

    monkeypatch.undo()
    InboxMessage.objects.update(due_at=now())
    assert handle_due() == 1
    broken.refresh_from_db()
    assert broken.state == "captured"


def test_do_each_counts_what_was_done() -> None:
    assert do_each([1, 2, 3], lambda number: number != 2) == 2


def test_every_sweep_of_the_sale_is_known() -> None:
    names = {name.removeprefix("apps.") for name in list_sweeps()}

    assert names >= {
        "checkout.sweeps.decide_stalled_checkouts",
        "checkout.sweeps.schedule_wake_ups_for_open_checkouts",
        "fulfilment.sweeps.expire_unpaid_orders",
        "inbox.sweeps.handle_due_messages",
        "payments.sweeps.reconcile_new_payments",
        "payments.sweeps.send_waiting_refunds",
    }
