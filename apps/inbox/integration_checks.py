"""Messages of other systems that wait too long, or were given up."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from django.utils.translation import gettext

from apps.common.clock import now
from apps.common.progress import show_message
from apps.inbox import services
from apps.inbox.selectors import count_dead_reasons, count_stuck, dead_messages, last_dead_errors
from apps.inbox.sources import get_source
from apps.inbox.states import InboxState
from apps.platform.outside_checks import Limits, Trouble, integration_check
from apps.tenancy.context import current_store

_PORTION = 500


@integration_check
def check_inbox(limits: Limits) -> Iterator[Trouble]:
    """Four statements. A sandbox has copies of messages, and handles none."""
    if current_store().is_sandbox:
        return
    for source, count, since in count_stuck(InboxState.WAITING, before=now() - limits.waiting):
        found = get_source(source)
        if found is not None and found.is_paused():
            words = gettext("Messages wait until it is resumed.")
            yield Trouble(source, "stuck", words, count, since, is_bad=False)
            continue
        words = gettext("Messages wait to be handled.")
        yield Trouble(source, "stuck", words, count, since, partial(_wake, source, limits.waiting))
    errors, reasons = last_dead_errors(), count_dead_reasons()
    for source, count, since in count_stuck(InboxState.DEAD):
        words = _why_dead(source, errors.get(source, ""), reasons.get(source, 1))
        yield Trouble(source, "dead", words, count, since, partial(_replay, source))


def _why_dead(source: str, last: str, reasons: int) -> str:
    """Where there are several reasons, the command that lists each message with its own."""
    why = show_message(last)[:150] or gettext("It was tried too often.")
    if reasons < 2:
        return gettext("Messages were given up: %(why)s") % {"why": why}
    words = gettext(
        "Messages were given up for %(count)s different reasons. The last: %(why)s All: `manage.py %(command)s`"
    )
    command = f"replay_inbox --store {current_store().slug} --kind {source} --list"
    return words % {"count": reasons, "why": why, "command": command}


def _wake(source: str, waiting: timedelta) -> int:
    """They are due now, and handled here, each with what its source makes of it."""
    before = now() - waiting
    counted = _count(source, InboxState.WAITING, before)
    services.wake_waiting(source=source, before=before)
    while services.handle_due():
        pass
    return counted - _count(source, InboxState.WAITING, before)


def _replay(source: str) -> int:
    """Those that can live: what was refused at the door is the same until staff repair it."""
    rows = dead_messages().filter(source=source).defer("body", "repaired", "headers")
    may_live = rows.exclude(attempts=0, repaired__isnull=True)
    after = services.replay_messages(messages=may_live[:_PORTION])
    return sum(message.state == InboxState.DONE for message in after)


def _count(source: str, state: InboxState, before: datetime) -> int:
    counted = {name: count for name, count, _since in count_stuck(state, before=before)}
    return counted.get(source, 0)
