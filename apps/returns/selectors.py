"""Every read of return requests and the store's rules for them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.common.progress import show_message
from apps.common.text import NotText, clean_code
from apps.inventory.errors import NoWarehouse
from apps.inventory.models import Warehouse
from apps.inventory.selectors import get_default_warehouse
from apps.orders.models import Order
from apps.returns.errors import ReturnNotFound
from apps.returns.models import Exchange, ReturnReason, ReturnRequest, ReturnSettings
from apps.tenancy.context import current_store, system_scope
from apps.tenancy.single_rows import single_row

TITLES = {
    "return.requested": _("Return requested"),
    "return.approved": _("Return approved"),
    "return.wish_changed": _("Wish changed"),
    "return.refused": _("Return refused"),
    "return.withdrawn": _("Return withdrawn"),
    "return.expired": _("Not sent in time"),
    "return.label_added": _("Label added"),
    "return.sent": _("On its way to the store"),
    "return.received": _("Pieces received"),
    "return.inspected": _("Inspected"),
    "return.closed": _("Finished"),
    "exchange.reserved": _("Replacement reserved"),
    "exchange.ordered": _("Replacement ordered"),
    "exchange.placed": _("Replacement paid"),
    "exchange.expired": _("Difference not paid in time"),
    "exchange.cancelled": _("Exchange cancelled"),
}


@dataclass(frozen=True)
class ReturnEntry:
    """One line of a request's history, ready to print."""

    kind: str
    title: str
    detail: str
    actor_label: str
    actor_kind: str
    at: datetime


def get_return_settings() -> ReturnSettings:
    """The store's rules; the defaults where there is no row."""
    return single_row(ReturnSettings)


def list_reasons() -> list[ReturnReason]:
    """The reasons that are offered, in the store's order."""
    return list(ReturnReason.objects.filter(is_active=True))


def list_requests() -> QuerySet[ReturnRequest]:
    return ReturnRequest.objects.select_related("order")


def list_requests_of(order: Order) -> list[ReturnRequest]:
    """The order's requests with their replacement, oldest first: one query.

    For a caller who was shown the order: its link does not show the replacement to the database.
    """
    with system_scope("returns"):
        return list(
            ReturnRequest.objects.filter(order=order)
            .select_related("exchange__order")
            .order_by("created_at", "id")
        )


def get_request_of(order: Order, number: str) -> ReturnRequest:
    """A request of this order. Raises `ReturnNotFound`."""
    try:
        code = clean_code(number).upper()
    except NotText:
        raise ReturnNotFound from None
    found = ReturnRequest.objects.filter(order=order, number=code).select_related("order").first()
    if found is None:
        raise ReturnNotFound
    return found


def get_request(request_id: UUID) -> ReturnRequest:
    """Raises `ReturnNotFound`. For staff and our own processes."""
    found = list_requests().filter(pk=request_id).first()
    if found is None:
        raise ReturnNotFound
    return found


def find_exchange(request: ReturnRequest) -> Exchange | None:
    """With its order, for a caller who was shown the request."""
    with system_scope("returns"):
        return Exchange.objects.filter(request=request).select_related("order").first()


def find_origin(order: Order) -> ReturnRequest | None:
    """The request for which this order is the replacement, with its order, for a caller who was shown this one."""
    found = ReturnRequest.objects.filter(exchange__order_id=order.pk).select_related("order")
    with system_scope("returns"):
        return found.first()


def timeline(request: ReturnRequest) -> list[ReturnEntry]:
    """The request's history from the first event on. One query."""
    return [
        ReturnEntry(
            kind=event.kind,
            title=str(TITLES.get(event.kind, event.kind)),
            detail=_detail(event.data),
            actor_label=event.actor_label,
            actor_kind=event.actor_kind,
            at=event.created_at,
        )
        for event in request.events.order_by("sequence")
    ]


def return_address() -> dict[str, str]:
    """The address that goods are sent to: the settings' own, or the warehouse's. Two queries at most."""
    rules = get_return_settings()
    source: ReturnSettings | Warehouse = rules
    if not rules.line1:
        try:
            source = get_default_warehouse()
        except NoWarehouse:
            source = rules
    names = ("line1", "line2", "city", "region", "postal_code", "country")
    found = {name: str(getattr(source, name)) for name in names}
    found["name"] = rules.name or current_store().name
    found["country"] = found["country"] or current_store().country
    return found


def has_return_address() -> bool:
    """Whether the store says where to send goods. Two queries at most."""
    return bool(return_address()["line1"])


def _detail(data: dict[str, object]) -> str:
    pieces = data.get("pieces")
    count = ""
    if isinstance(pieces, int) and pieces:
        count = ngettext("%(count)s piece", "%(count)s pieces", pieces) % {"count": pieces}
    sent = " ".join(
        str(part) for part in (data.get("carrier"), data.get("tracking_number")) if part
    )
    parts = (count, sent, str(data.get("order", "")), show_message(str(data.get("reason", ""))))
    return " · ".join(part for part in parts if part)
