"""Base classes of domain errors. One handler per door turns them into answers.

An app's own `errors.py` derives from these. `str(error)` is one sentence for people; `details` is for machines.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise


class DomainError(Exception):
    """Something a caller can act on. `code` is stable and documented; `status` is the HTTP status."""

    code = "error"
    status = 400
    title: ClassVar[StrOrPromise] = _("That did not work.")

    def __init__(
        self,
        message: StrOrPromise | None = None,
        *,
        fields: Mapping[str, Sequence[StrOrPromise]] | None = None,
        **details: Any,
    ) -> None:
        super().__init__(str(message or self.title))
        self.fields = {
            name: [str(text) for text in texts] for name, texts in (fields or {}).items()
        }
        self.details = details


class InvalidInput(DomainError):
    """The request itself is wrong; `fields` says where."""

    code = "invalid_input"
    status = 400
    title: ClassVar[StrOrPromise] = _("Some of the values are not valid.")


class NotFound(DomainError):
    """It does not exist, or belongs to another person: the answer is the same."""

    code = "not_found"
    status = 404
    title: ClassVar[StrOrPromise] = _("Not found.")


class Forbidden(DomainError):
    """The object is visible, but the action is not allowed."""

    code = "forbidden"
    status = 403
    title: ClassVar[StrOrPromise] = _("You are not allowed to do that.")


class Conflict(DomainError):
    """The request is valid, but the state has changed, or another request is doing the same now."""

    code = "conflict"
    status = 409
    title: ClassVar[StrOrPromise] = _("This was changed in the meantime.")


class Unprocessable(DomainError):
    """Well-formed, understood, and not possible."""

    code = "unprocessable"
    status = 422
    title: ClassVar[StrOrPromise] = _("This can't be done.")


class LimitReached(DomainError):
    """A plan's limit or a quota is used up; the message names it."""

    code = "limit_reached"
    status = 403
    title: ClassVar[StrOrPromise] = _("The limit of the plan is reached.")


class Unavailable(DomainError):
    """A required service does not answer; a retry may succeed."""

    code = "unavailable"
    status = 503
    title: ClassVar[StrOrPromise] = _(
        "This is not available right now. Please try again in a moment."
    )


class TransitionNotAllowed(Conflict):
    """A state machine refused a move. Raised by `apps.common.states.require_transition`."""

    code = "transition_not_allowed"
    title: ClassVar[StrOrPromise] = _("This is not possible in the current state.")
