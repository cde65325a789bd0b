"""A buyer asks for a return, or staff do on the phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from django.core.files.base import File
from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.ids import new_id, public_number
from apps.common.typed_text import Block, Code, Line, cleans_text
from apps.events import services as events
from apps.inventory.errors import OutOfStock
from apps.orders import services as orders
from apps.orders.models import Order
from apps.orders.worth import worth_of_pieces
from apps.payments.states import RefundTo
from apps.pictures import services as pictures
from apps.returns.destinations import require_place
from apps.returns.errors import ExchangeUnavailable, InvalidRequest, NotReturnable
from apps.returns.models import (
    ReturnLine,
    ReturnPhoto,
    ReturnReason,
    ReturnRequest,
    ReturnSettings,
)
from apps.returns.returnable import Returnable, list_returnable
from apps.returns.selectors import get_return_settings, list_reasons
from apps.returns.services.deciding import approve_locked
from apps.returns.services.exchanging import wish_exchange
from apps.returns.services.history import record, tell
from apps.returns.services.photos import store_photos
from apps.returns.states import LabelBy, Wish
from apps.tenancy.context import current_store
from apps.tenancy.retrying import repeated_on_deadlock


@dataclass(frozen=True)
class Wanted:
    """Pieces of an order line that are to come back. `variant_ref` is what is wanted for them, in an exchange."""

    line_id: UUID
    quantity: int
    reason_id: UUID | None = None
    note: str = ""
    variant_ref: str = ""


@cleans_text
def request_return(
    *,
    order: Order,
    lines: Sequence[Wanted],
    actor: Actor,
    wish: Wish = Wish.REFUND,
    destination: RefundTo = RefundTo.SOURCE,
    note: Annotated[str, Block(1000)] = "",
    photos: Sequence[File] = (),
    request_key: Annotated[str, Code(100)] = "",
) -> ReturnRequest:
    """Ask for a return of pieces that were delivered, are in the store's window and in no other request.

    The same `request_key` again answers the first request. Approved at once where the store's rules say so. The money
    goes to `destination`, which the store may not offer to buyers. Raises
    `NotReturnable`, `InvalidRequest`, `ExchangeUnavailable`; then no photo is kept.
    """
    files = store_photos(photos)
    is_kept = False
    try:
        request, is_kept = _request(
            order=order,
            lines=lines,
            wish=Wish(wish),
            destination=RefundTo(destination),
            note=note,
            files=files,
            request_key=request_key or str(new_id()),
            actor=actor,
        )
    finally:
        if not is_kept:
            pictures.delete_files(files)
    return request


@cleans_text
@repeated_on_deadlock
@events.transaction_with_wake_up()
def _request(
    *,
    order: Order,
    lines: Sequence[Wanted],
    wish: Wish,
    destination: RefundTo,
    note: Annotated[str, Block(1000)],
    files: Sequence[str],
    request_key: Annotated[str, Code(100)],
    actor: Actor,
) -> tuple[ReturnRequest, bool]:
    """The request, and whether it is new. Everything is looked at under the order's lock."""
    orders.lock_order(order)
    known = ReturnRequest.objects.filter(order=order, request_key=request_key).first()
    if known is not None:
        return known, False
    chosen = _choose(order, lines, by_staff=actor.is_staff, has_photos=bool(files))
    require_place(order, destination, by_staff=actor.is_staff)
    orders.request_pieces(order=order, lines={wanted.line_id: wanted.quantity for wanted in lines})
    rules = get_return_settings()
    is_ours = all(reason is not None and reason.is_our_fault for _, _, reason in chosen)
    request = ReturnRequest.objects.create(
        order=order,
        number=f"R-{public_number()}",
        wish=wish,
        destination=destination,
        note=note,
        request_key=request_key,
        currency=order.currency,
        label_paid_by=LabelBy.STORE if is_ours else rules.label_paid_by,
        restocking_percent=rules.restocking_percent,
        refunds_shipping=rules.refunds_shipping,
    )
    rows = [_write_line(request, *each) for each in chosen]
    ReturnPhoto.objects.bulk_create(ReturnPhoto(request=request, path=path) for path in files)
    if wish == Wish.EXCHANGE:
        wish_exchange(request, list(zip(rows, lines, strict=True)), by_staff=actor.is_staff)
    pieces = sum(row.quantity for row in rows)
    record(request, "return.requested", actor, pieces=pieces, wish=str(wish.value))
    orders.note_return(
        order=order, kind="order.return_requested", number=request.number, actor=actor
    )
    tell("return.requested", request)
    if _is_approved_at_once(order, chosen, rules):
        try:
            approve_locked(request=request, actor=Actor.system("returns"))
        except (OutOfStock, ExchangeUnavailable):
            return request, True  # staff decide
    return request, True


Chosen = list[tuple[Returnable, Wanted, ReturnReason | None]]


def _choose(order: Order, lines: Sequence[Wanted], *, by_staff: bool, has_photos: bool) -> Chosen:
    """Each wanted line with what the rules say of it; refuses what does not fit, at its field."""
    returnable = {each.line.pk: each for each in list_returnable(order, by_staff=by_staff)}
    if not any(each.most for each in returnable.values()):
        raise NotReturnable
    reasons = {reason.pk: reason for reason in list_reasons()}
    if not lines:
        raise InvalidRequest(gettext("Choose what you want to send back."))
    if len({wanted.line_id for wanted in lines}) != len(lines):
        raise InvalidRequest(gettext("Name each line of the order once."))
    faults: dict[str, list[str]] = {}
    chosen: Chosen = []
    for wanted in lines:
        found = returnable.get(wanted.line_id)
        reason = reasons.get(wanted.reason_id) if wanted.reason_id else None
        fault = _fault(found, wanted, reason, needs_reason=bool(reasons) and not by_staff)
        if fault:
            faults[f"lines.{wanted.line_id}"] = [fault]
        elif found is not None:
            chosen.append((found, wanted, reason))
    if not has_photos and any(
        reason.needs_photo for _, _, reason in chosen if reason is not None and not by_staff
    ):
        faults["photos"] = [gettext("Please add a photo that shows what is wrong.")]
    if faults:
        raise InvalidRequest(
            " ".join(text for texts in faults.values() for text in texts), fields=faults
        )
    return chosen


def _fault(
    found: Returnable | None, wanted: Wanted, reason: ReturnReason | None, *, needs_reason: bool
) -> str:
    if found is None:
        return gettext("This is not in the order.")
    if not found.most:
        return found.why_not
    if not 1 <= wanted.quantity <= found.most:
        return gettext("At most %(count)s of %(title)s can be sent back.") % {
            "count": found.most,
            "title": found.line.title,
        }
    if reason is None and needs_reason:
        return gettext("Choose a reason for %(title)s.") % {"title": found.line.title}
    return ""


@cleans_text
def _write_note(*, text: Annotated[str, Line(300)]) -> str:
    return text


def _write_line(
    request: ReturnRequest, found: Returnable, wanted: Wanted, reason: ReturnReason | None
) -> ReturnLine:
    return ReturnLine.objects.create(
        request=request,
        order_line=found.line,
        quantity=wanted.quantity,
        reason=reason.name if reason is not None else "",
        is_our_fault=reason is not None and reason.is_our_fault,
        note=_write_note(text=wanted.note),
    )


def _is_approved_at_once(order: Order, chosen: Chosen, rules: ReturnSettings) -> bool:
    limit = rules.approve_below_minor
    if limit is None or order.currency != current_store().currency:
        return False
    worth = sum(
        worth_of_pieces(found.line, wanted.quantity).total_minor for found, wanted, _ in chosen
    )
    return worth < limit
