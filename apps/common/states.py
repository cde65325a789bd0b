"""Checks transitions against a state table."""

from collections.abc import Mapping, Set
from typing import TypeVar

from django.utils.translation import gettext

from apps.common.errors import TransitionNotAllowed

State = TypeVar("State", bound=str)


def require_transition(
    moves: Mapping[State, Set[State]], *, subject: str, current: State, target: State
) -> None:
    """Raise `TransitionNotAllowed` unless the table has `current -> target`."""
    allowed = moves.get(current, frozenset())
    if target not in allowed:
        raise TransitionNotAllowed(
            gettext("%(subject)s is %(current)s and can't become %(target)s.")
            % {"subject": subject, "current": current, "target": target},
            current=str(current),
            target=str(target),
            allowed=sorted(str(state) for state in allowed),
        )
