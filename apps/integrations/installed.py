"""The outside systems that Polystore knows. A new one is an app whose `kind.py` registers its class:

@outside_system
class EasyEcom(Kind): ...
"""

from typing import Final

from django.utils.translation import gettext

from apps.common.hooks import Hook
from apps.integrations.documents import OrderDocument
from apps.integrations.errors import NotConnected
from apps.integrations.kinds import Kind
from apps.integrations.selectors import is_connected
from apps.integrations.values import Environment, code_of
from apps.orders.models import Order

_kinds: Final = Hook[Kind]("kind", key=lambda kind: kind.code)


def outside_system(kind: type[Kind]) -> type[Kind]:
    """Register the class of an outside system."""
    _kinds(kind())
    return kind


def list_kinds() -> list[Kind]:
    return list(_kinds)


def list_choices() -> list[tuple[Kind, Environment]]:
    """Every system in every environment that it has."""
    return [(kind, environment) for kind in list_kinds() for environment in kind.documents]


def find_awaited(order: Order) -> str:
    """What a connected system needs before a parcel of the order is booked by itself, in words; "" where nothing is awaited."""
    found = (kind.awaits(order) for kind in list_kinds() if is_connected(kind.code))
    return next(filter(None, found), "")


def get_kind(code: str) -> Kind:
    """Raises `NotConnected` for a system that does not exist any more."""
    kind = _kinds.items().get(code)
    if kind is None:
        raise NotConnected()
    return kind


def integration_label(kind: str, environment: str) -> str:
    """`ClickPost`, `ClickPost (development)`; the code itself of one that no longer exists."""
    known = _kinds.items().get(kind)
    label = str(known.label) if known is not None else kind
    if environment == Environment.PRODUCTION:
        return label
    return gettext("%(system)s (development)") % {"system": label}


def document_of(kind: str, environment: str) -> type[OrderDocument]:
    """The documents of its orders."""
    return get_kind(kind).documents[Environment(environment)]


def webhook_path(kind: str, environment: str, topic: str) -> str:
    """The same on the store's host and on the platform's."""
    inner = "" if environment == Environment.PRODUCTION else "dev/"
    return f"/integrations/{code_of(kind, environment)}/{inner}webhook/{topic}"
