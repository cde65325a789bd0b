"""Errors of the machinery that keeps stores apart. Messages are for people: no credentials, no tracebacks."""

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.common.errors import InvalidInput, Unavailable

# Seconds after which a visitor, the sender of a webhook or a task may try a paused store again.
PAUSE_RETRY_SECONDS = 15


class HostRefused(InvalidInput):
    """A host that can't be resolved, or that resolves to a private network."""

    code = "host_refused"
    title = _("This host can't be used.")

    def __init__(self, message: StrOrPromise) -> None:
        super().__init__(message, fields={"config.host": [message]})


class StorePaused(Unavailable):
    """Writing to the store is paused for a moment, for example while its data moves; reading works.

    `details["retry_after"]` is in seconds.
    """

    code = "store_paused"
    title = _(
        "This store is being moved and can't take changes for a moment. Please try again shortly."
    )

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message, retry_after=PAUSE_RETRY_SECONDS)
