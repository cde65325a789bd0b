"""Who sends us messages. Each app's `inbox.py` registers its sources here.

    receives(Source(code="stripe", label="Stripe", handle=settle))

A message may come twice and in any order, and a worker may die while it handles one: `handle` must be repeatable.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django_stubs_ext import StrOrPromise

from apps.common.hooks import Hook
from apps.inbox.models import InboxMessage


@dataclass(frozen=True)
class Source:
    """One sender.

    `handle` returns what came of it, for people ("" for nothing). It raises `GiveUp` or `MalformedMessage` where a later
    try can't help; after any other error the message is tried again. It runs outside a transaction.

    `is_paused` is asked before each message: a paused one waits, and no attempt is counted.
    """

    code: str
    label: StrOrPromise
    handle: Callable[[InboxMessage], str]
    is_paused: Callable[[], bool] = lambda: False


receives: Final = Hook[Source]("inbox", key=lambda source: source.code)


def get_source(code: str) -> Source | None:
    """None where this release does not have it."""
    return receives.items().get(code)


def source_label(code: str) -> str:
    """The sender's name for people; the code itself of one that no longer exists."""
    source = get_source(code)
    return str(source.label) if source is not None else code.replace("_", " ")
