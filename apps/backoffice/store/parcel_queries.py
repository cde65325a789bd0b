"""Which list of the desk of parcels is shown, by what it is filtered, and the way back to it after a press."""

from typing import Final

from django.http import QueryDict
from django.urls import reverse

from apps.common.text import line_of, whole_number
from apps.fulfilment.desk import LISTS, Filters
from apps.fulfilment.states import FailureReason

DESK: Final = "store_admin:fulfilment_shipment_undelivered"
_FIRST: Final = "failed"


def list_of(query: QueryDict) -> str:
    code = query.get("list", "")
    return code if code in LISTS else _FIRST


def filters_of(query: QueryDict) -> Filters:
    reason = query.get("reason", "")
    return Filters(
        reason=reason if reason in FailureReason.values else "",
        carrier=line_of(query.get("carrier", ""), most=80),
    )


def query_of(code: str, filters: Filters, page: int = 1) -> str:
    """What follows the `?` of an address; "" for the first page of the first list."""
    query = QueryDict(mutable=True)
    if code != _FIRST:
        query["list"] = code
    if filters.reason and LISTS[code].has_reason:
        query["reason"] = filters.reason
    if filters.carrier:
        query["carrier"] = filters.carrier
    if page > 1:
        query["p"] = str(page)
    return query.urlencode()


def desk_address(came_from: str) -> str:
    """The list that a form was on. What is not of the desk is left out."""
    query = QueryDict(came_from[:500])
    page = whole_number(query.get("p", ""), most=100_000) or 1
    back = query_of(list_of(query), filters_of(query), page)
    return f"{reverse(DESK)}?{back}" if back else reverse(DESK)
