"""Where the money of a return goes: what a buyer and what staff may choose."""

from django.utils.translation import gettext

from apps.orders.models import Order
from apps.payments.destinations import list_destinations
from apps.payments.states import RefundTo
from apps.returns.errors import InvalidRequest
from apps.returns.selectors import get_return_settings


def list_places(order: Order, *, by_staff: bool) -> list[RefundTo]:
    """Buyers choose where the store offers it. At most one query."""
    if not (by_staff or get_return_settings().offers_credit):
        return [RefundTo.SOURCE]
    return list_destinations(order)


def require_place(order: Order, place: RefundTo, *, by_staff: bool) -> None:
    """Raises `InvalidRequest` at the field `destination`. No query for the place that is always possible."""
    if place == RefundTo.SOURCE or place in list_places(order, by_staff=by_staff):
        return
    sentence = gettext("The money of this order can't go there.")
    raise InvalidRequest(sentence, fields={"destination": [sentence]})
