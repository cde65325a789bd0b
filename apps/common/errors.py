"""Base classes of domain errors. One handler per door turns them into answers.

An app's own `errors.py` derives from these. `str(error)` is one sentence for people; `details` is for machines.
"""

from collections.abc import Mapping
from typing import Any


class DomainError(Exception):
    """Something a caller can act on. `code` is stable and documented; `status` is the HTTP status."""

    code = "error"
    status = 400
    title = "That did not work."

    def __init__(
        self,
        message: str | None = None,
        *,
        fields: Mapping[str, list[str]] | None = None,
        **details: Any,
    ) -> None:
        super().__init__(message or self.title)
        self.fields = dict(fields or {})
        self.details = details


class InvalidInput(DomainError):
    """The request itself is wrong; `fields` says where."""

    code = "invalid_input"
    status = 400
    title = "Some of the values are not valid."


class NotFound(DomainError):
    """It does not exist, or it is not yours: the answer is the same."""

    code = "not_found"
    status = 404
    title = "Not found."


class Forbidden(DomainError):
    """It is yours to see but not to do."""

    code = "forbidden"
    status = 403
    title = "You are not allowed to do that."


class Conflict(DomainError):
    """The request is valid, but the state has changed, or another request is doing the same now."""

    code = "conflict"
    status = 409
    title = "This was changed in the meantime."


class Unprocessable(DomainError):
    """Well-formed, understood, and not possible."""

    code = "unprocessable"
    status = 422
    title = "This can't be done."


class LimitReached(DomainError):
    """A plan's limit or a quota is used up; the message names it."""

    code = "limit_reached"
    status = 403
    title = "The limit of the plan is reached."


class Unavailable(DomainError):
    """Something we depend on does not answer; trying again later can help."""

    code = "unavailable"
    status = 503
    title = "This is not available right now. Please try again in a moment."


class TransitionNotAllowed(Conflict):
    """A state machine refused a move. Raised by `apps.common.states.require_transition`."""

    code = "transition_not_allowed"
    title = "This is not possible in the current state."
