"""What the page of an order shows of EasyEcom."""

from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.integrations.documents import EasyEcomOrder
from apps.integrations.reading import text_of
from apps.integrations.values import CardPart, OrderCard
from apps.orders.models import Order
from apps.tenancy.documents.access import ScopedCollection, scoped_collection

_FACTS: Final = (
    (_("Parcel"), "shipping_status"),
    (_("Courier"), "courier"),
    (_("Invoice number"), "invoice_number"),
    (_("In its queue"), "queue_message"),
)


def card_of(order: Order) -> OrderCard:
    """The invoices that EasyEcom has made of the order. One command of the documents server."""
    found = invoices_of(order.number)
    note = "" if found else gettext("EasyEcom has sent nothing about this order yet.")
    return OrderCard(CardPart(rows=[(_("State"), note)]), [_part(each) for each in found])


def invoices_of(number: str) -> list[EasyEcomOrder]:
    """The documents about an order of ours, the oldest first."""
    collection: ScopedCollection[EasyEcomOrder] = scoped_collection(EasyEcomOrder)
    return sorted(collection.list_all({"number": number}), key=lambda each: each.first_seen_at)


def _part(document: EasyEcomOrder) -> CardPart:
    words = {"ref": document.ref}
    rows = [
        (_("State"), document.status),
        *((label, text_of(document.payload.get(name), limit=300)) for label, name in _FACTS),
        (_("AWB"), document.waybill),
        (_("Changed there"), document.changed_at),
        (_("Last heard"), document.updated_at),
    ]
    return CardPart(gettext("Invoice %(ref)s") % words, rows)
