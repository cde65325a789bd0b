"""What webhooks tell: topics by the message of the outbox that they come from, and the resource in their body."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

TEST: Final = "webhook.test"

ORDER, SHIPMENT, RETURN, DOCUMENT = "order", "shipment", "return_request", "document"
PRODUCT, STOCK = "product", "stock"

# The scope that a program needs to order news about a resource.
SCOPES: Final = {
    ORDER: "read_orders",
    SHIPMENT: "read_orders",
    RETURN: "read_returns",
    DOCUMENT: "read_invoices",
    PRODUCT: "read_products",
    STOCK: "read_inventory",
}


@dataclass(frozen=True)
class Topic:
    """`source` is the topic in the outbox; `resource` says what the body holds, as the REST interface shows it."""

    code: str
    source: str
    resource: str
    title: StrOrPromise


TOPICS: Final = (
    Topic("order.placed", "order.placed", ORDER, _("An order was placed")),
    Topic("order.confirmed", "order.confirmed", ORDER, _("An order was confirmed")),
    Topic("order.authorized", "order.authorized", ORDER, _("A bank holds the money of an order")),
    Topic("order.paid", "order.paid", ORDER, _("An order was paid")),
    Topic("order.changed", "order.changed", ORDER, _("An order was changed")),
    Topic("order.cancelled", "order.cancelled", ORDER, _("An order was cancelled")),
    Topic("order.rest_cancelled", "order.rest_cancelled", ORDER, _("The rest was cancelled")),
    Topic("order.delivered", "order.delivered", ORDER, _("All of an order was delivered")),
    Topic("payment.failed", "payment.failed", ORDER, _("A payment has failed")),
    Topic("refund.requested", "refund.requested", ORDER, _("A refund was asked for")),
    Topic("refund.succeeded", "order.refunded", ORDER, _("Money was given back")),
    Topic("shipment.shipped", "order.shipped", SHIPMENT, _("A parcel was shipped")),
    Topic("shipment.corrected", "shipment.corrected", SHIPMENT, _("Tracking was corrected")),
    Topic("shipment.delivered", "shipment.delivered", SHIPMENT, _("A parcel was delivered")),
    Topic(
        "shipment.delivery_undone",
        "order.delivery_undone",
        SHIPMENT,
        _("A parcel was not delivered after all"),
    ),
    Topic(
        "shipment.attempt_failed",
        "shipment.attempt_failed",
        SHIPMENT,
        _("An attempt of delivery failed"),
    ),
    Topic(
        "shipment.attempt_again",
        "shipment.attempt_again",
        SHIPMENT,
        _("A parcel is to be delivered again"),
    ),
    Topic(
        "shipment.buyer_answered",
        "shipment.buyer_answered",
        SHIPMENT,
        _("A buyer answered to a failed attempt"),
    ),
    Topic("shipment.refused", "shipment.refused", SHIPMENT, _("A parcel is on its way back")),
    Topic("shipment.returned", "return.received", ORDER, _("Pieces of a parcel came back")),
    Topic("return.requested", "return.requested", RETURN, _("A return was asked for")),
    Topic("return.approved", "return.approved", RETURN, _("A return was approved")),
    Topic("return.refused", "return.refused", RETURN, _("A return was refused")),
    Topic("return.received", "return_request.received", RETURN, _("A return has arrived")),
    Topic("return.inspected", "return.inspected", RETURN, _("A return was inspected")),
    Topic("return.ended", "return.ended", RETURN, _("A return has ended without goods")),
    Topic("product.changed", "product.changed", PRODUCT, _("A product was added or changed")),
    Topic("product.deleted", "product.deleted", PRODUCT, _("A product was deleted")),
    Topic("stock.changed", "stock.changed", STOCK, _("Stock was received, sold or counted")),
    Topic("document.issued", "document.issued", DOCUMENT, _("An invoice or credit note was made")),
    Topic("document.cancelled", "document.cancelled", DOCUMENT, _("An e-invoice was cancelled")),
)
BY_CODE: Final = {topic.code: topic for topic in TOPICS}
BY_SOURCE: Final = {topic.source: topic for topic in TOPICS}
