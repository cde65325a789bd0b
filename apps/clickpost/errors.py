"""Errors of bookings with carriers."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, InvalidInput
from apps.integrations.errors import SystemRefused, SystemUnavailable


class ClickPostRefused(SystemRefused):
    """ClickPost, or the carrier behind it, refused: a later try can't help. `status` is `meta.status`."""

    code = "clickpost_refused"

    def __init__(self, message: str, *, answered: int = 0) -> None:
        super().__init__(message, answered=answered)
        self.answered = answered


class StillRunning(SystemUnavailable):
    """ClickPost works on it: the same call again tells what came of it."""

    code = "clickpost_running"


class NotYetBookable(SystemUnavailable):
    """Another system needs the order first; `str` says which."""

    code = "not_yet_bookable"


class NotBookable(InvalidInput):
    """Something is missing, or too long, for a carrier; `str` says what to correct, each fault a sentence."""

    code = "not_bookable"
    title = _("The parcel can't be booked.")


class NothingToBook(Conflict):
    code = "nothing_to_book"
    title = _("Everything that can be sent of this order is booked or shipped.")


class BookingMovedOn(Conflict):
    code = "booking_moved_on"
    title = _("This booking is in another state by now.")
