"""What the page of an order shows of EasyEcom, and its buttons."""

from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.errors import NotFound
from apps.easyecom import services as easyecom
from apps.easyecom.models import PushedOrder
from apps.easyecom.selectors import find_pushed, invoices_of, is_to_push
from apps.easyecom.starting import start_pushing
from apps.easyecom.states import PushState
from apps.integrations.documents import EasyEcomOrder
from apps.integrations.reading import field_of
from apps.integrations.values import CardButton, CardPart, CardRow, OrderCard
from apps.orders.models import Order

_NEEDS: Final = "orders.change_order"
_PUSH: Final = CardButton("push", _("Push to EasyEcom"), _NEEDS, is_primary=True)
_PUSH_AGAIN: Final = CardButton("push", _("Push again"), _NEEDS, is_primary=True)
_FETCH: Final = CardButton("fetch", _("Fetch now"), _NEEDS)
_CANCEL: Final = CardButton("cancel", _("Cancel there again"), _NEEDS, is_primary=True)
_LOOKED: Final = CardButton("looked", _("Both are the same now"), _NEEDS)
_FACTS: Final = (
    (_("Parcel"), "shipping_status"),
    (_("Courier"), "courier"),
    (_("Invoice number"), "invoice_number"),
    (_("In its queue"), "queue_message"),
)


def card_of(order: Order) -> OrderCard:
    """A query, and a command of the documents server; one query more for an order that is neither here nor there."""
    row, found = find_pushed(order), invoices_of(order.number)
    return OrderCard(_whole(order, row, found), [_part(each) for each in found])


def press(order: Order, verb: str) -> str:
    """A button of the card. Raises what the services refuse."""
    if verb == "push":
        easyecom.push_again(order=order)
        start_pushing()
        return gettext("It is being sent to EasyEcom.")
    if verb == "fetch":
        return easyecom.fetch_order(order=order)
    if verb == "cancel":
        easyecom.cancel_again(order=order)
        start_pushing()
        return gettext("It is being cancelled at EasyEcom.")
    row = find_pushed(order)
    if verb != "looked" or row is None:
        raise NotFound()
    easyecom.end_doubt(row=row)
    return gettext("Noted.")


def _whole(order: Order, row: PushedOrder | None, found: list[EasyEcomOrder]) -> CardPart:
    if row is None:
        note = "" if found else gettext("It was not sent to EasyEcom.")
        buttons = [_PUSH] if is_to_push(order) and not found else []
        return CardPart(rows=[(_("State"), note)], buttons=[*buttons, *([_FETCH] if found else [])])
    rows: list[CardRow] = [
        (_("State"), str(row.get_state_display())),
        (_("Sent"), row.sent_at),
        (_("Its order there"), row.order_ref),
        (_("Its queue there"), row.queue_ref),
        (_("Attempts"), str(row.attempts) if row.attempts > 1 else ""),
        (_("Cancelled there"), row.cancelled_at),
    ]
    buttons = [_FETCH] if found or row.tried_at else []
    if row.state in (PushState.WAITING, PushState.QUEUED, PushState.REFUSED):
        buttons.insert(0, _PUSH_AGAIN)
    if row.state == PushState.STAYED:
        buttons.insert(0, _CANCEL)
    if row.doubt:
        buttons.append(_LOOKED)
    warning = " ".join(filter(None, (row.last_error, row.doubt)))
    return CardPart(rows=rows, warning=warning, buttons=buttons)


def _part(document: EasyEcomOrder) -> CardPart:
    rows = [
        (_("State"), document.status),
        *((label, field_of(document.payload, name, limit=300)) for label, name in _FACTS),
        (_("AWB"), document.waybill),
        (_("Changed there"), document.changed_at),
        (_("Last heard"), document.updated_at),
    ]
    return CardPart(gettext("Invoice %(ref)s") % {"ref": document.ref}, rows)
