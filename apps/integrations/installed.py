"""The outside systems that Polystore knows. A new one is a folder here and a line below."""

from typing import Final

from django.utils.translation import gettext

from apps.integrations.clickpost.kind import ClickPost
from apps.integrations.documents import OrderDocument
from apps.integrations.easyecom.kind import EasyEcom
from apps.integrations.errors import NotConnected
from apps.integrations.kinds import Kind
from apps.integrations.values import Environment, code_of

_KINDS: Final[dict[str, Kind]] = {kind.code: kind for kind in (EasyEcom(), ClickPost())}


def list_kinds() -> list[Kind]:
    return list(_KINDS.values())


def list_choices() -> list[tuple[Kind, Environment]]:
    """Every system in every environment that it has."""
    return [(kind, environment) for kind in list_kinds() for environment in kind.documents]


def get_kind(code: str) -> Kind:
    """Raises `NotConnected` for a system that does not exist any more."""
    kind = _KINDS.get(code)
    if kind is None:
        raise NotConnected()
    return kind


def integration_label(kind: str, environment: str) -> str:
    """`ClickPost`, `ClickPost (development)`; the code itself of one that no longer exists."""
    known = _KINDS.get(kind)
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
