"""Who acted, in words: people and programs by their name, our own processes not by the name of their app."""

from typing import Any, Final

from django.apps import apps
from django.utils.translation import gettext

from apps.common.actor import ActorKind

_PROCESSES: Final = frozenset({"mail", "sweeper", "system"})
_SYSTEMS: Final = {"easyecom": "EasyEcom"}


def actor_name(kind: str, label: str) -> str:
    """`automatic` for what has no name that its reader could know."""
    if kind != ActorKind.SYSTEM:
        return label
    if label in _SYSTEMS:
        return _SYSTEMS[label]
    is_internal = label in _PROCESSES or apps.is_installed(f"apps.{label}")
    return gettext("automatic") if is_internal else label


def who(entry: Any) -> str:
    """Of a row with `actor_kind` and `actor_label`."""
    return actor_name(entry.actor_kind, entry.actor_label)
