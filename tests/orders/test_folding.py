"""`manage.py rebuild_order`: what went past the events is found, and written back when asked."""

import json
from io import StringIO
from typing import Any

from django.core.management import CommandError, call_command

from apps.events.models import AuditEntry
from apps.orders import services as orders
from apps.orders.models import Order, OrderLine
from tests.support.acting import seeing_all
from tests.support.orders import place


def run(store: Any, *options: str) -> tuple[list[str], bool]:
    out, is_good = StringIO(), True
    try:
        call_command("rebuild_order", store.slug, *options, "--json", stdout=out)
    except CommandError:
        is_good = False
    return [each["name"] for each in json.loads(out.getvalue())["findings"]], is_good


def test_a_change_past_the_events_is_found_and_written_back(store: Any) -> None:
    with seeing_all(store):
        order, other = place(), place()
        orders.mark_paid(order=order, payment_ref="p")
        orders.hold_order(order=order, reason="x")
    assert run(store) == ([], True)
    with seeing_all(store):
        Order.objects.filter(pk=order.pk).update(payment_state="unpaid", held_at=None)
        OrderLine.objects.filter(order=order).update(fulfilled_quantity=1)
    wrong = ["payment_state", "held_at", "fulfilled of TEA-250"]

    assert run(store, other.number) == ([], True)
    assert run(store, order.number) == (wrong, False)
    assert run(store) == (wrong, False), "without --fix nothing is written"
    assert run(store, "--fix") == (wrong, True)
    assert run(store) == ([], True)

    with seeing_all(store):
        assert Order.objects.get(pk=order.pk).payment_state == "paid"
        entry = AuditEntry.objects.get(action="order.rebuilt")
        assert entry.before is not None
        assert entry.before["payment_state"] == "unpaid"
