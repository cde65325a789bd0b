"""The body of a webhook: an envelope around the resource as the REST interface shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext

from apps.catalog.api.showing import show
from apps.catalog.errors import ProductNotFound
from apps.catalog.selectors import get_product_by_id
from apps.common.api.rendering import JsonRenderer
from apps.common.clock import now
from apps.fulfilment.api.views import present_whole_order
from apps.inventory.api.serializers import present_stock
from apps.inventory.models import StockItem
from apps.invoices.api.serializers import present_document
from apps.invoices.models import Document
from apps.invoices.registered import is_cancelled
from apps.orders.models import Order
from apps.partners.topics import DOCUMENT, PRODUCT, RETURN, SHIPMENT, STOCK, TEST, Topic
from apps.returns.api.serializers import present_request
from apps.returns.models import ReturnRequest
from apps.tenancy.context import current_store

API_VERSION: Final = "1"
Presented = tuple[str, int, dict[str, Any]]


@dataclass(frozen=True)
class Body:
    """`version` grows with every change of the resource: of two bodies the one with the greater version is the newer."""

    resource_id: str
    version: int
    text: str


def event_id_of(message_id: UUID) -> str:
    return f"evt_{message_id.hex}"


def build_body(topic: Topic, event_id: str, payload: dict[str, Any], at: datetime) -> Body | None:
    """The resource as it is now. None where it is gone."""
    found = _present(topic.resource, payload)
    if found is None:
        return None
    resource_id, version, data = found
    resource = {"type": topic.resource, "id": resource_id, "version": version}
    return Body(resource_id, version, _render(topic.code, event_id, at, resource, data))


def build_test_body(event_id: str, at: datetime) -> Body:
    resource = {"type": "webhook", "id": event_id, "version": 1}
    data = {"message": gettext("This is a test. Nothing has happened.")}
    return Body(event_id, 1, _render(TEST, event_id, at, resource, data))


def _present(resource: str, payload: dict[str, Any]) -> Presented | None:
    """Id, version and content. Everything about an order has the order's version."""
    if resource == PRODUCT:
        return _product(payload["product_id"])
    if resource == STOCK:
        return _stock(payload["items"])
    if resource == DOCUMENT:
        documents = Document.objects.select_related("einvoice")
        document = documents.filter(pk=payload["document_id"]).first()
        if document is None:
            return None
        data = {**present_document(document), "order_id": str(document.order_id)}
        return str(document.pk), 2 if is_cancelled(document) else 1, data
    if resource == RETURN:
        request = ReturnRequest.objects.filter(pk=payload["return_request_id"]).first()
        if request is None:
            return None
        data = {**present_request(request), "order_id": str(request.order_id)}
        return str(request.pk), request.event_count, data
    order = _order_of(payload)
    if order is None:
        return None
    whole = present_whole_order(order)
    if resource != SHIPMENT:
        return str(order.pk), order.event_count, whole
    parcel = next((one for one in whole["shipments"] if one["id"] == payload["shipment_id"]), None)
    if parcel is None:
        return None
    data = {**parcel, "order_id": str(order.pk), "order_number": order.number}
    return parcel["id"], order.event_count, data


def _product(product_id: str) -> Presented | None:
    """A product that is gone has its id alone, and a version above all others."""
    try:
        product = get_product_by_id(product_id, include_hidden=True)
    except ProductNotFound:
        return product_id, _microseconds(), {"id": product_id}
    return product_id, product.version, show(product)


def _stock(items: list[str]) -> Presented | None:
    """The rows that changed together. Their version is the time at which they were read."""
    version = _microseconds()
    rows = StockItem.objects.filter(pk__in=items).select_related("warehouse").order_by("pk")
    found = [present_stock(row) for row in rows]
    return (found[0]["id"], version, {"items": found}) if found else None


def _microseconds() -> int:
    return int(now().timestamp() * 1_000_000)


def _order_of(payload: dict[str, Any]) -> Order | None:
    if "order_id" in payload:
        return Order.objects.filter(pk=payload["order_id"]).first()
    return Order.objects.filter(payments__refunds=payload["refund_id"]).first()


def _render(
    topic: str, event_id: str, at: datetime, resource: dict[str, Any], data: dict[str, Any]
) -> str:
    body = {
        "id": event_id,
        "type": topic,
        "api_version": API_VERSION,
        "created_at": at,
        "store": current_store().slug,
        "resource": resource,
        "data": data,
    }
    return JsonRenderer().render(body).decode()
