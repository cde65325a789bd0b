"""Orders whose awaited pieces come on another day than their buyers know."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from apps.checkout.quotes import estimate_of
from apps.common.clock import today
from apps.events import services as events
from apps.fulfilment.awaiting import waiting_lines
from apps.fulfilment.services.parcels import tell
from apps.inventory.queue import Provision, Waiting, get_waiting, orders_waiting_for, warehouses_of
from apps.orders import services as orders
from apps.orders.models import Order, OrderLine
from apps.orders.states import SHIPPABLE_PAYMENT
from apps.pricing.errors import CountryNotServed, ShippingMethodNotFound
from apps.pricing.selectors import get_shipping_method
from apps.shipping.areas import Load, Place
from apps.tenancy.retrying import repeated_on_deadlock


def note_waiting_orders(stock_items: Iterable[UUID]) -> int:
    """Have each order looked at that waits for these, in a transaction of its own. Returns how many."""
    refs = orders_waiting_for(stock_items)
    known = Order.objects.filter(pk__in=refs, cancelled_at__isnull=True).order_by("pk")
    for order in known:
        tell("order.days_due", order)
    return len(known)


@repeated_on_deadlock
def renew_days(*, order: Order) -> bool:
    """Keep the days that its buyer is to know by now, and have a mail written where one is another one: once for each change.

    Repeatable. No mail for an order that does not count yet: its confirmation says the day.
    """
    with events.transaction_with_wake_up():
        orders.lock_order(order)
        lines = list(order.lines.order_by("position"))
        waiting = {} if order.is_cancelled else waiting_lines(order, lines)
        news = {line: waiting[line.pk] for line in lines if _is_news(line, waiting.get(line.pk))}
        if not news:
            return False
        event = orders.move_days(order, awaited=news, expected=_expected(order))
        if order.payment_state in SHIPPABLE_PAYMENT:
            tell("order.days_moved", order, event_id=str(event.pk))
    return True


def _is_news(line: OrderLine, waiting: Waiting | None) -> bool:
    """A day that has passed is not said again; nor is what was there, and is there."""
    if waiting is None:
        return False
    known, day = line.awaited_until, waiting.expected_on
    if not line.awaited_quantity:
        return True
    return day != known and not (day is None and known is not None and known < today())


def _expected(order: Order) -> tuple[date, date] | None:
    """None where a day is not known, or the way of shipping is no longer offered there."""
    code = order.shipping_method_code
    if order.pickup is not None:
        code = f"{code}.{order.pickup['code']}"
    try:
        method = get_shipping_method(
            code, place=Place.of(order.shipping_address), load=Load(), currency=order.currency
        )
    except (CountryNotServed, ShippingMethodNotFound):
        return None
    provision = Provision(warehouses_of(order.pk), get_waiting(order.pk))
    found = estimate_of(method, provision, order.shipping_address)
    return (found.earliest, found.latest) if found else None
