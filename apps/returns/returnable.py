"""Which pieces of an order can come back now, by the store's rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bson import ObjectId
from django.utils.translation import gettext

from apps.catalog.selectors import list_category_nodes, read_products
from apps.common.clock import now
from apps.common.text import fold
from apps.fulfilment.models import Shipment
from apps.fulfilment.states import ShipmentState
from apps.orders.models import Order, OrderLine
from apps.returns.models import ReturnSettings
from apps.returns.selectors import get_return_settings


@dataclass(frozen=True)
class Returnable:
    """A line and the most pieces of it that can be asked to come back; with none, `why_not` says why."""

    line: OrderLine
    most: int
    why_not: str = ""
    until: datetime | None = None


def list_returnable(order: Order, *, by_staff: bool = False) -> list[Returnable]:
    """The order's lines in their order: five queries, and a read of the catalog where categories are excluded.

    Staff may exceed the window and the excluded goods, never the pieces that were delivered.
    """
    rules, lines = get_return_settings(), list(order.lines.order_by("position"))
    parcels = list(
        Shipment.objects.filter(order=order, state=ShipmentState.DELIVERED).prefetch_related(
            "lines"
        )
    )
    excluded = set() if by_staff else _excluded(lines, rules)
    window = None if by_staff else timedelta(days=rules.window_days)
    return [_of(line, parcels, window, is_excluded=line.pk in excluded) for line in lines]


def can_request(order: Order) -> bool:
    """Whether the order's page offers a return. The service decides."""
    return any(each.most for each in list_returnable(order))


def _of(
    line: OrderLine, parcels: Iterable[Shipment], window: timedelta | None, *, is_excluded: bool
) -> Returnable:
    delivered, ends = 0, list[datetime]()
    for parcel in parcels:
        out = sum(each.out_quantity for each in parcel.lines.all() if each.order_line_id == line.pk)
        at = parcel.delivered_at
        if not out or at is None:
            continue
        if window is None:
            delivered += out
            continue
        ends.append(at + window)
        if ends[-1] > now():
            delivered += out
    most = max(min(delivered - line.requested_quantity, line.free_quantity), 0)
    until = min((end for end in ends if end > now()), default=None)
    if line.is_gift_card:
        return Returnable(
            line, 0, gettext("A gift card can't be sent back. Please write to the shop.")
        )
    if line.is_digital:
        return Returnable(line, 0, gettext("Downloads can't be sent back."))
    if is_excluded:
        return Returnable(line, 0, gettext("This can't be sent back."))
    if most:
        return Returnable(line, most, until=until)
    return Returnable(line, 0, _why_not(line, is_late=bool(ends) and until is None))


def _why_not(line: OrderLine, *, is_late: bool) -> str:
    if line.requested_quantity:
        return gettext("Its return is asked for already.")
    if line.fulfilled_quantity and line.returned_quantity == line.fulfilled_quantity:
        return gettext("It has come back.")
    if is_late:
        return gettext("The time to send it back is over.")
    return gettext("It has not been delivered yet.")


def _excluded(lines: Iterable[OrderLine], rules: ReturnSettings) -> set[object]:
    skus = {fold(sku) for sku in rules.excluded_skus.splitlines() if sku.strip()}
    found: set[object] = {line.pk for line in lines if fold(line.sku) in skus}
    if not rules.excluded_categories:
        return found
    closed = _with_children(rules.excluded_categories)
    refs = {line.product_ref for line in lines if ObjectId.is_valid(line.product_ref)}
    of_product = {
        str(product.pk): {str(each) for each in product.category_ids}
        for product in read_products([ObjectId(ref) for ref in sorted(refs)], status=None)
    }
    return found | {line.pk for line in lines if of_product.get(line.product_ref, set()) & closed}


def _with_children(category_ids: Iterable[str]) -> set[str]:
    """An excluded category excludes all below it."""
    wanted = {str(each) for each in category_ids}
    return wanted | {
        str(below.id)
        for node in list_category_nodes(include_inactive=True)
        if str(node.id) in wanted
        for below in node.walk()
    }
