"""Responses of pages: repeated clicks get the first answer, refusals become a sentence."""

import time
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings

from apps.common.errors import DomainError
from apps.events.errors import IdempotencyInProgress
from apps.events.services import StoredAnswer, idempotent

Result = TypeVar("Result")
_POLL_SECONDS = 0.1


def answer_once(
    *, scope: str, key: str, fingerprint: str, call: Callable[[], StoredAnswer]
) -> StoredAnswer:
    """`idempotent`, but a second click waits some seconds for the answer of the first before it is refused."""
    give_up_at = time.monotonic() + settings.CHECKOUT_WAIT_SECONDS
    while True:
        try:
            return idempotent(scope=scope, key=key, fingerprint=fingerprint, call=call)
        except IdempotencyInProgress:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(_POLL_SECONDS)


def attempt(work: Callable[[], Result]) -> tuple[Result | None, str]:
    """The result and no problem, or no result and the sentence to show."""
    result, error = attempt_or_refusal(work)
    return result, str(error or "")


def attempt_or_refusal(
    work: Callable[[], Result],
) -> tuple[Result | None, DomainError | None]:
    """The result, or the refusal itself where a page can offer something in its place."""
    try:
        return work(), None
    except DomainError as error:
        return None, error
