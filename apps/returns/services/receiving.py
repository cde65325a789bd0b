"""Returned goods arrive: counted, then inspected. The inspection books goods and money in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.typed_text import Code, Line, cleans_text
from apps.events import services as events
from apps.orders import services as orders
from apps.payments.states import RefundTo
from apps.returns.destinations import require_place
from apps.returns.errors import InvalidRequest, ReturnIsOver
from apps.returns.models import ReturnLine, ReturnRequest
from apps.returns.services.booking import book_parcels
from apps.returns.services.closing import close_if_done
from apps.returns.services.exchanging import place_replacement
from apps.returns.services.history import (
    is_repeat,
    lock_request,
    move_request,
    record,
    tell,
)
from apps.returns.states import RequestState
from apps.tenancy.retrying import repeated_on_deadlock

_OVER = (RequestState.INSPECTED, RequestState.CLOSED)


@dataclass(frozen=True)
class Findings:
    """What the inspection says of the received pieces of a line. Pieces that are not accepted stay the buyer's."""

    restock: int = 0
    write_off: int = 0
    not_accepted: int = 0

    @property
    def count(self) -> int:
        return self.restock + self.write_off + self.not_accepted


@cleans_text
@repeated_on_deadlock
@events.transaction_with_wake_up()
def receive_pieces(
    *,
    request: ReturnRequest,
    pieces: Mapping[UUID, int],
    actor: Actor,
    request_key: Annotated[str, Code(100)] = "",
) -> ReturnRequest:
    """Count what arrived (line of the request -> pieces **now**); the rest may follow. Raises `InvalidRequest`.

    The same `request_key` again changes nothing.
    """
    _, locked = lock_request(request)
    if is_repeat(locked, request_key):
        return locked
    by_id = {line.pk: line for line in locked.lines.select_related("order_line")}
    arrived = {by_id.get(key): count for key, count in pieces.items() if count}
    if not arrived:
        raise InvalidRequest(gettext("Give the number of pieces that arrived."))
    for line, count in arrived.items():
        if line is None:
            raise InvalidRequest(gettext("This line is not in the return."))
        left = line.quantity - line.received
        if not 1 <= count <= left:
            sentence = gettext("Of %(title)s %(count)s can still arrive.") % {
                "title": line.order_line.title,
                "count": left,
            }
            raise InvalidRequest(sentence)
        line.received += count
        line.save(update_fields=["received"])
    move_request(locked, RequestState.RECEIVED)
    locked.received_at = locked.received_at or now()
    record(
        locked,
        "return.received",
        actor,
        pieces=sum(arrived.values()),
        request_key=request_key,
    )
    tell("return_request.received", locked)
    return locked


@cleans_text
@repeated_on_deadlock
@events.transaction_with_wake_up()
def inspect_return(
    *,
    request: ReturnRequest,
    findings: Mapping[UUID, Findings],
    actor: Actor,
    deduction_minor: int = 0,
    reason: Annotated[str, Line(200)] = "",
    destination: RefundTo | None = None,
) -> ReturnRequest:
    """Decide about every received piece (line of the request -> findings): stock, then the money or the replacement.

    One transaction, so that nothing is half done; a second press changes nothing. Pieces that did not arrive are free
    for another request. `deduction_minor` is kept of the refund, beside the restocking fee; the rest goes to
    `destination`, or to where the request says. Raises `InvalidRequest`.
    """
    order, locked = lock_request(request)
    if locked.state in _OVER:
        return locked
    if locked.state != RequestState.RECEIVED:
        raise ReturnIsOver
    if deduction_minor < 0:
        sentence = gettext("A deduction can't be below 0.")
        raise InvalidRequest(sentence, fields={"deduction": [sentence]})
    if destination is not None:
        require_place(order, destination, by_staff=True)
        locked.destination = destination
    lines = _note_all(locked, findings)
    orders.release_pieces(order=order, lines={line.order_line_id: line.quantity for line in lines})
    booked = book_parcels(
        order=order,
        request=locked,
        lines=lines,
        deduction_minor=deduction_minor,
        reason=reason,
        actor=actor,
    )
    locked.fee_minor, locked.inspected_at = booked.kept_minor, now()
    move_request(locked, RequestState.INSPECTED)
    if not place_replacement(order, locked, booked, actor):
        locked.refund_minor = booked.refunded_minor
    record(locked, "return.inspected", actor, reason=reason, **_found(locked, lines))
    tell("return.inspected", locked)
    close_if_done(order, locked, actor)
    return locked


def _found(request: ReturnRequest, lines: Sequence[ReturnLine]) -> dict[str, Any]:
    return {
        "pieces": sum(line.accepted for line in lines),
        "written_off": sum(line.written_off for line in lines),
        "not_accepted": sum(line.not_accepted for line in lines),
        "destination": str(request.destination),
    }


def _note_all(request: ReturnRequest, findings: Mapping[UUID, Findings]) -> list[ReturnLine]:
    lines = list(request.lines.select_related("order_line"))
    for line in lines:
        _note(line, findings.get(line.pk, Findings()))
    return lines


def _note(line: ReturnLine, found: Findings) -> None:
    if min(found.restock, found.write_off, found.not_accepted) < 0 or found.count != line.received:
        sentence = gettext("Decide about each of the %(count)s pieces of %(title)s.") % {
            "count": line.received,
            "title": line.order_line.title,
        }
        raise InvalidRequest(sentence)
    line.restocked, line.written_off = found.restock, found.write_off
    line.not_accepted = found.not_accepted
    line.save(update_fields=["restocked", "written_off", "not_accepted"])
