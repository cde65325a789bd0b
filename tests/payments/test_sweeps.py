"""The sweeps of payments: one broken item stops none behind it."""

from datetime import timedelta
from typing import Any

import pytest

from apps.gateways import services as gateways
from apps.gateways.models import GatewayEvent
from apps.payments import services as payments
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
    with pytest.raises(RuntimeError):
        payments.handle_waiting_events(older_than=timedelta(0))

    good.refresh_from_db()
    assert good.state == "captured"
    assert GatewayEvent.objects.get(handled_at__isnull=True).charge_ref == str(broken.pk)

    monkeypatch.undo()
    assert payments.handle_waiting_events(older_than=timedelta(0)) == 1
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
        "payments.sweeps.handle_waiting_events",
        "payments.sweeps.reconcile_new_payments",
        "payments.sweeps.send_waiting_refunds",
    }
