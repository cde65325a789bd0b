"""Staff take goods back: approval, and the label for the way."""

from datetime import timedelta
from typing import Annotated, Final

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.ids import random_token
from apps.common.typed_text import Code, Line, cleans_text
from apps.events import services as events
from apps.returns.errors import InvalidRequest, ReturnIsOver
from apps.returns.models import ReturnRequest
from apps.returns.selectors import get_return_settings
from apps.returns.services.exchanging import reserve_exchange
from apps.returns.services.history import lock_request, move_request, record, tell
from apps.returns.states import AWAITED, RequestState
from apps.tenancy.retrying import repeated_on_deadlock
from apps.tenancy.storage import PRIVATE

_LABELS: Final = f"{PRIVATE}/returns/labels"
_MOST_BYTES: Final = 5 * 1024 * 1024


@cleans_text
@repeated_on_deadlock
@events.transaction_with_wake_up()
def approve_return(
    *, request: ReturnRequest, actor: Actor, note: Annotated[str, Line(300)] = ""
) -> ReturnRequest:
    """Take the goods back: the buyer may send them, and the stock of an exchange is reserved. Repeatable.

    Raises `TransitionNotAllowed`, and `OutOfStock` or `ExchangeUnavailable` where the replacement can't be had.
    """
    _, locked = lock_request(request)
    if locked.state != RequestState.APPROVED:
        approve_locked(request=locked, actor=actor, note=note)
    return locked


@cleans_text
def approve_locked(
    *, request: ReturnRequest, actor: Actor, note: Annotated[str, Line(300)] = ""
) -> None:
    """As `approve_return`, for a caller who holds the locks."""
    if request.state == RequestState.REQUESTED:
        reserve_exchange(request, actor)
    move_request(request, RequestState.APPROVED)
    request.decision = note
    request.send_by = now() + timedelta(days=get_return_settings().send_within_days)
    record(request, "return.approved", actor)
    tell("return.approved", request)


def add_label(*, request: ReturnRequest, file: File, actor: Actor) -> ReturnRequest:
    """The PDF file of a carrier's label, for the buyer to print; it replaces an earlier one. Raises `InvalidRequest`."""
    file.seek(0)
    content = file.read(_MOST_BYTES + 1)
    if not content.startswith(b"%PDF") or len(content) > _MOST_BYTES:
        sentence = gettext("A label is a PDF file of at most 5 MB.")
        raise InvalidRequest(sentence, fields={"label": [sentence]})
    path = default_storage.save(f"{_LABELS}/{random_token()}.pdf", ContentFile(content))
    old = ""
    try:
        old = _set_label(request=request, path=path, actor=actor)
    except Exception:
        default_storage.delete(path)
        raise
    if old:
        default_storage.delete(old)
    request.refresh_from_db()
    return request


def read_label(request: ReturnRequest) -> bytes:
    """The staff's file. The caller has looked who asks."""
    with default_storage.open(request.label_path) as file:
        return bytes(file.read())


@repeated_on_deadlock
@events.transaction_with_wake_up()
def _set_label(*, request: ReturnRequest, path: str, actor: Actor) -> str:
    """Returns the path of the label it replaces."""
    _, locked = lock_request(request)
    if locked.state not in AWAITED:
        raise ReturnIsOver
    old, locked.label_path = locked.label_path, path
    record(locked, "return.label_added", actor)
    tell("return.label_added", locked)
    return old


@cleans_text
@repeated_on_deadlock
@events.transaction_with_wake_up()
def mark_sent(
    *,
    request: ReturnRequest,
    actor: Actor,
    carrier: Annotated[str, Line(80)] = "",
    tracking_number: Annotated[str, Code(80)] = "",
) -> ReturnRequest:
    """The buyer has sent the goods. Repeatable, also to correct the tracking number. Raises `TransitionNotAllowed`."""
    _, locked = lock_request(request)
    sent = {"carrier": carrier, "tracking_number": tracking_number}
    is_sent = locked.state == RequestState.IN_TRANSIT
    if is_sent and (locked.carrier, locked.tracking_number) == (carrier, tracking_number):
        return locked
    if not is_sent:
        move_request(locked, RequestState.IN_TRANSIT)
    locked.carrier, locked.tracking_number = carrier, tracking_number
    record(locked, "return.sent", actor, **sent)
    return locked
