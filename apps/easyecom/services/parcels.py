"""An invoice of EasyEcom as a parcel here. The newest state of its document decides, not the message that came.

Messages come twice and in any order, and two workers may be at one invoice: each reads the document, acts, and reads it
once more; whichever ends last has acted on the newest state. A parcel is recorded once by `request_key`, the invoice.
"""

from typing import Annotated, Final
from uuid import UUID

from django.utils.translation import gettext

from apps.catalog.derived import sku_key
from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.errors import DomainError
from apps.common.typed_text import Raw, cleans_text
from apps.easyecom.options import read_options
from apps.easyecom.reading import Invoice, read_invoice
from apps.easyecom.selectors import find_invoice
from apps.easyecom.services.doubting import note_cancelled_there
from apps.easyecom.states import LEFT, Meaning
from apps.easyecom.statuses import meaning_of
from apps.easyecom.tokens import KIND
from apps.events.errors import GiveUp
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import Shipment
from apps.fulfilment.services import Scan
from apps.fulfilment.states import FailureReason, ScanStatus, ShipmentState
from apps.integrations.errors import NotConnected
from apps.integrations.reading import reading
from apps.integrations.selectors import get_config
from apps.orders.models import Order, OrderLine

ACTOR: Final = Actor.system("easyecom")
_ROUNDS: Final = 5
_S: Final = ShipmentState


@cleans_text
def apply_invoice(*, ref: Annotated[str, Raw(why="EasyEcom's id")]) -> str:
    """Bring the parcel of the invoice to where EasyEcom says it is. Repeatable. Returns what came of it, in words.

    Raises `GiveUp` for what can't be applied, and what the services of fulfilment refuse.
    """
    said = ""
    for _ in range(_ROUNDS):
        document = find_invoice(ref)
        if document is None:
            return ""
        with reading():
            invoice = read_invoice(document.payload)
        said = _apply(invoice) or said
        again = find_invoice(ref)
        if again is None or again.version == document.version:
            return said
    return said


def _apply(invoice: Invoice) -> str:
    order = _order_of(invoice)
    if order is None:
        return ""
    meaning = meaning_of(invoice)
    words = {"ref": invoice.ref, "status": invoice.status or invoice.parcel_status}
    if meaning == Meaning.UNKNOWN:
        return gettext("The status %(status)s is not mapped.") % words
    if meaning == Meaning.CANCELLED:
        return note_cancelled_there(order)
    if meaning not in LEFT:
        return ""
    parcel = find_parcel(order, invoice)
    if parcel is None and not invoice.waybill and meaning in (Meaning.SHIPPED, Meaning.OUT):
        return gettext("Invoice %(ref)s has no AWB yet.") % words
    said = []
    if parcel is None:
        parcel = _ship(order, invoice)
        said.append(gettext("Parcel %(number)s has left.") % {"number": parcel.number})
    elif _is_other_carrier(parcel, invoice):
        fulfilment.correct_shipment(
            shipment=parcel,
            actor=ACTOR,
            carrier=invoice.courier or parcel.carrier,
            tracking_number=invoice.waybill,
            tracking_url="",
        )
        said.append(gettext("Parcel %(number)s has another AWB.") % {"number": parcel.number})
    parcel.refresh_from_db()
    if sentence := _follow(parcel, meaning, invoice):
        said.append(sentence % {"number": parcel.number})
    return " ".join(said)


def _order_of(invoice: Invoice) -> Order | None:
    """None for an order of another sales channel: an account has those of all marketplaces."""
    order = Order.objects.filter(number=invoice.number).first() if invoice.number else None
    if order is None and _is_of_this_store(invoice):
        words = {"ref": invoice.ref, "number": invoice.reference or "-"}
        raise GiveUp(gettext("Invoice %(ref)s is of order %(number)s, which is not here.") % words)
    return order


def _is_of_this_store(invoice: Invoice) -> bool:
    """By the number of its sales channel, if it has one. Without credentials nothing was sent there, so nothing is."""
    try:
        options = read_options(get_config(KIND))
    except (NotConnected, KeyError):
        return False
    return invoice.channel in ("", str(options.marketplace_id))


def key_of(invoice: Invoice) -> str:
    return f"easyecom-{invoice.ref}"[:100]


def find_parcel(order: Order, invoice: Invoice) -> Shipment | None:
    """The invoice's parcel: recorded for it, or by staff with its AWB."""
    parcels = list(Shipment.objects.filter(order=order))
    own = next((each for each in parcels if each.request_key == key_of(invoice)), None)
    if own is not None or not invoice.waybill:
        return own
    return next((each for each in parcels if _has_its_awb(each, invoice)), None)


def _has_its_awb(parcel: Shipment, invoice: Invoice) -> bool:
    """Staff type it in small letters, too."""
    return parcel.tracking_number.upper() == invoice.waybill.upper()


def _is_other_carrier(parcel: Shipment, invoice: Invoice) -> bool:
    """EasyEcom chose another courier for it before it arrived."""
    is_own = parcel.request_key == key_of(invoice)
    is_open = parcel.state in (_S.SHIPPED, _S.FAILED)
    return is_own and is_open and bool(invoice.waybill) and not _has_its_awb(parcel, invoice)


def _ship(order: Order, invoice: Invoice) -> Shipment:
    try:
        return fulfilment.ship_order(
            order=order,
            lines=match_lines(list(order.lines.order_by("position")), invoice),
            actor=ACTOR,
            carrier=invoice.courier,
            tracking_number=invoice.waybill,
            request_key=key_of(invoice),
        )
    except (GiveUp, DomainError):
        left = find_parcel(order, invoice)  # at this moment, by a worker of ClickPost or staff
        if left is None:
            raise
        return left


def match_lines(lines: list[OrderLine], invoice: Invoice) -> dict[UUID, int]:
    """The invoice's pieces by our lines: of a line that it names, or else of those with its SKU. Raises `GiveUp`."""
    left = {line.pk: line.open_quantity for line in lines if not line.is_digital}
    chosen: dict[UUID, int] = {}
    for item in invoice.lines:
        wanted = item.quantity
        mine = [
            line for line in lines if sku_key(line.sku) == sku_key(item.sku) and line.pk in left
        ]
        if not mine and wanted:
            words = {"ref": invoice.ref, "sku": item.sku or "-"}
            raise GiveUp(
                gettext("Invoice %(ref)s has SKU %(sku)s, which is not in the order.") % words
            )
        mine.sort(
            key=lambda line: not item.item_ref.startswith(f"{invoice.number}-{line.position}")
        )
        for line in mine:
            taken = min(wanted, left[line.pk])
            if taken:
                chosen[line.pk] = chosen.get(line.pk, 0) + taken
            left[line.pk] -= taken
            wanted -= taken
        if wanted:
            words = {
                "ref": invoice.ref,
                "sku": item.sku,
                "all": str(item.quantity),
                "more": str(wanted),
            }
            raise GiveUp(
                gettext(
                    "Invoice %(ref)s has %(all)s of %(sku)s: %(more)s more than are still to be sent."
                )
                % words
            )
    if not chosen:
        words = {"ref": invoice.ref}
        raise GiveUp(gettext("Invoice %(ref)s has left and has no pieces.") % words)
    return chosen


def _follow(parcel: Shipment, meaning: Meaning, invoice: Invoice) -> str:
    """The parcel goes on its way; a sentence with `%(number)s`. What has come after stays: a delivered parcel is not out again."""
    if meaning == Meaning.OUT and parcel.state in (_S.FAILED, _S.RETURNING):
        _send_out(parcel)
        return gettext("Parcel %(number)s is on its way to its buyer again.")
    if meaning == Meaning.FAILED and parcel.state == _S.SHIPPED:
        fulfilment.note_failed_attempt(
            shipment=parcel, reason=FailureReason.OTHER, note=invoice.parcel_status, actor=ACTOR
        )
        return gettext("Parcel %(number)s could not be delivered.")
    if meaning == Meaning.DELIVERED and parcel.state in (_S.SHIPPED, _S.FAILED, _S.RETURNING):
        if parcel.state == _S.RETURNING:
            _send_out(parcel)
        fulfilment.mark_delivered(shipment=parcel, actor=ACTOR)
        return gettext("Parcel %(number)s was delivered.")
    if meaning in (Meaning.RETURNING, Meaning.BACK):
        return _take_back(parcel, meaning, invoice)
    return ""


def _send_out(parcel: Shipment) -> None:
    if parcel.state == _S.RETURNING:
        fulfilment.resume_delivery(shipment=parcel, actor=ACTOR)
    else:
        fulfilment.attempt_again(shipment=parcel, actor=ACTOR)


def _take_back(parcel: Shipment, meaning: Meaning, invoice: Invoice) -> str:
    """It is expected back. What came, and whether it can be sold again, is recorded by staff: money may go back by it."""
    if parcel.state == _S.DELIVERED:
        words = {"number": parcel.number, "status": invoice.parcel_status}
        raise GiveUp(
            gettext(
                "Parcel %(number)s is delivered here, and EasyEcom says %(status)s. Undo the delivery, or record a return."
            )
            % words
        )
    if parcel.state in (_S.SHIPPED, _S.FAILED):
        reason = invoice.parcel_status or str(meaning.label)
        fulfilment.expect_return(shipment=parcel, actor=ACTOR, reason=reason)
        if meaning == Meaning.RETURNING:
            return gettext("Parcel %(number)s comes back.")
        parcel.refresh_from_db()
    if meaning == Meaning.BACK and parcel.state == _S.RETURNING and not parcel.is_back:
        return _bring_back(parcel, invoice)
    return ""


def _bring_back(parcel: Shipment, invoice: Invoice) -> str:
    """EasyEcom says of no time when it came: it is that at which it was heard."""
    at = now()
    scan = Scan(
        code="back",
        status=ScanStatus.RETURNED,
        at=at,
        remark=invoice.parcel_status,
        source="easyecom",
    )
    fulfilment.record_scans(shipment=parcel, scans=[scan], actor=ACTOR)
    fulfilment.note_back(shipment=parcel, at=at)
    return gettext("Parcel %(number)s is back, to be looked at.")
