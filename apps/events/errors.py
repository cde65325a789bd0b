"""Errors of messages, idempotency keys and the audit log."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, Unprocessable


class IdempotencyInProgress(Conflict):
    """The first request with this key is still running; ask again after `retry_after` seconds."""

    code = "idempotency_in_progress"
    title = _("The same request is still being handled. Please try again in a moment.")


class IdempotencyKeyReused(Unprocessable):
    """The client used a key for two different requests; the second must not get the answer of the first."""

    code = "idempotency_key_reused"
    title = _("This idempotency key was used for a different request.")


class HistoryIsFinal(TypeError):
    """Code tried to change or delete what is append-only. A programming error, not the user's."""


class OutsideTransaction(RuntimeError):
    """A message was emitted outside a transaction, so it would not be bound to its change."""


class GiveUp(Exception):
    """Raised by a consumer if a retry can't help: the message becomes dead immediately."""
