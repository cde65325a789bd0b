"""What a buyer reads about a return: its state, and what comes next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.returns.models import ReturnRequest
from apps.returns.selectors import ReturnEntry
from apps.returns.states import RequestState

_S = RequestState
_Text = str | Promise

# The headline, what comes next, and the tone of the badge.
WORDS: Final[dict[RequestState, tuple[_Text, _Text, str]]] = {
    _S.REQUESTED: (
        _("We look at your return"),
        _("We write to you when it is approved. Please do not send anything before that."),
        "warn",
    ),
    _S.APPROVED: (
        _("Your return is approved"),
        _(
            "Print the slip, put it into the parcel with the goods, and send it to the address below."
        ),
        "",
    ),
    _S.IN_TRANSIT: (
        _("Your return is on its way to us"),
        _("We write to you when it arrives."),
        "",
    ),
    _S.RECEIVED: (_("Your return has arrived"), _("We look at the goods now."), ""),
    _S.INSPECTED: (
        _("Your return is accepted"),
        _("We write to you when the money has left, or the replacement is sent."),
        "",
    ),
    _S.CLOSED: (_("Your return is finished"), "", "good"),
    _S.REFUSED: (_("We can't take this back"), "", "bad"),
    _S.WITHDRAWN: (_("This return has ended"), _("The goods stay with you."), ""),
}
# In place of the sentence about the slip where the store has no address for returns.
ADDRESS_FOLLOWS: Final = _("We write to you where to send it.")
_WAY: Final = (
    (_("Requested"), _S.REQUESTED, "return.requested"),
    (_("Approved"), _S.APPROVED, "return.approved"),
    (_("On its way to us"), _S.IN_TRANSIT, "return.sent"),
    (_("Arrived"), _S.RECEIVED, "return.received"),
    (_("Inspected"), _S.INSPECTED, "return.inspected"),
    (_("Finished"), _S.CLOSED, "return.closed"),
)


@dataclass(frozen=True)
class ReturnStep:
    title: str
    state: str
    at: datetime | None = None


def steps_of(request: ReturnRequest, history: list[ReturnEntry]) -> list[ReturnStep]:
    """The way of the request: what is done with its moment, the present step, what follows."""
    moments = {entry.kind: entry.at for entry in history}
    if request.state in (_S.REFUSED, _S.WITHDRAWN):
        done = [
            ReturnStep(str(title), "done", moments[kind])
            for title, _state, kind in _WAY
            if kind in moments
        ]
        ended = history[-1] if history else None
        last = ReturnStep(request.get_state_display(), "failed", ended.at if ended else None)
        return [*done, last]
    place = [state for _title, state, _kind in _WAY].index(RequestState(request.state))
    is_over = request.state == _S.CLOSED
    return [
        ReturnStep(
            str(title),
            "done" if number < place or is_over else "now" if number == place else "later",
            moments.get(kind),
        )
        for number, (title, _state, kind) in enumerate(_WAY)
    ]
