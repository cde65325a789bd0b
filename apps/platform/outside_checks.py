"""Whether what a store exchanges with other systems flows: what waits too long, was given up, or is not heard of.

An app registers a function of its `integration_checks.py` with `@integration_check`. `manage.py check_integrations` shows what
they find, and repairs what can be repaired.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from apps.common.hooks import Hook

MOST_SHOWN: Final = 200


@dataclass(frozen=True)
class Limits:
    """From when on something counts as wrong: messages that wait so long, systems that are silent so long."""

    waiting: timedelta = timedelta(hours=1)
    silence: timedelta = timedelta(hours=24)


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong, or with `is_bad` False worth knowing.

    `system` is the code of the other system (`easyecom`, `stripe`, `webhooks`), `kind` one of `stuck`, `dead`, `unheard`, `error`,
    `refused`, `paused`, `incomplete`, `unmatched`, `differs`. `repair` does what can be done by itself, outside a
    transaction, and returns for how many it helped; it is repeatable. None where only people can help.
    """

    system: str
    kind: str
    what: str
    count: int = 1
    since: datetime | None = None
    repair: Callable[[], int] | None = None
    is_bad: bool = True


Check = Callable[[Limits], Iterable[Trouble]]
integration_check: Final = Hook[Check]("integration_checks")


def check_outside(limits: Limits) -> list[Trouble]:
    """What is wrong in the active store, by system. Reads only; a few statements for each check."""
    found = [trouble for check in integration_check for trouble in check(limits)]
    return sorted(found, key=lambda one: (one.system, one.kind, one.what))
