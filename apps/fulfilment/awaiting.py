"""Pieces of an order that can't be sent yet: backorders and pre-orders."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from babel.dates import format_date
from django.utils.translation import gettext

from apps.common.places import locale_of
from apps.fulfilment.models import Shipment
from apps.inventory.errors import NotArrived
from apps.inventory.queue import Waiting, get_waiting, take_waiting
from apps.orders import services as orders
from apps.orders.models import Order, OrderLine
from apps.tenancy.context import current_store


def waiting_lines(order: Order, lines: Iterable[OrderLine]) -> dict[UUID, Waiting]:
    """The awaited pieces of each line; those of which all are there are missing. One query, two where pieces are awaited.
    Of two lines with the same variant the last one waits first."""
    left = get_waiting(order.pk)
    found: dict[UUID, Waiting] = {}
    for line in reversed(list(lines)):
        needs = orders.shelf_pieces([(line, 1)])
        waiting = take_waiting(left, needs, line.open_quantity)
        if waiting is not None:
            found[line.pk] = waiting
    return found


def arrived_lines(
    order: Order, wanted: Mapping[UUID, int] | None, request_key: str
) -> Mapping[UUID, int] | None:
    """What goes into a parcel now: the wanted pieces, or all that are there. Raises `NotArrived` for awaited pieces; before
    any money is taken for them. As it was asked for where the same request has sent its parcel."""
    lines = list(order.lines.all())
    waiting = waiting_lines(order, lines)
    if not waiting:
        return wanted
    if request_key and Shipment.objects.filter(order=order, request_key=request_key).exists():
        return wanted
    there = {
        line.pk: line.open_quantity - (waiting[line.pk].quantity if line.pk in waiting else 0)
        for line in lines
    }
    if wanted is None:
        if any(there.values()):
            return there
        wanted = {line.pk: line.open_quantity for line in lines}
    late = [
        line
        for line in lines
        if line.pk in waiting and there[line.pk] < wanted.get(line.pk, 0) <= line.open_quantity
    ]
    if late:
        sentences = [_sentence(line, waiting[line.pk]) for line in late]
        raise NotArrived(" ".join(sentences), skus=[line.sku for line in late])
    return wanted


def _sentence(line: OrderLine, waiting: Waiting) -> str:
    facts = {"pieces": waiting.quantity, "title": line.title, "sku": line.sku}
    if waiting.expected_on is None:
        return gettext("%(pieces)s of %(title)s (%(sku)s) have not arrived yet.") % facts
    day = format_date(waiting.expected_on, locale=str(locale_of(current_store().language)))
    if waiting.is_preorder:
        words = gettext("%(pieces)s of %(title)s (%(sku)s) can't be sent before %(day)s.")
    else:
        words = gettext("%(pieces)s of %(title)s (%(sku)s) are expected on %(day)s.")
    return words % {**facts, "day": day}
