"""Gateways with keys: every store has its own account at the provider, and the keys of it.

Keys are in the registry, sealed (`IntegrationConfig`, its kind is the gateway's code). A sandbox has none.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from django.utils.translation import gettext
from django_stubs_ext import StrOrPromise

from apps.common.errors import InvalidInput
from apps.common.text import line_of
from apps.gateways.base import Gateway
from apps.platform.models import IntegrationConfig
from apps.tenancy.context import current_store_or_none
from apps.tenancy.prepared import PreparedQuery


@dataclass(frozen=True)
class KeyField:
    """One key as the page of the store's owner asks for it. A secret is never shown again.

    `choices` are the only values, as pairs of value and label, the default first. `most` is the number of characters.
    """

    name: str
    label: StrOrPromise
    hint: StrOrPromise
    is_secret: bool = True
    choices: Sequence[tuple[str, StrOrPromise]] = ()
    most: int = 300


@dataclass(frozen=True)
class Finding:
    """One line of *Test the connection*."""

    is_good: bool
    sentence: str


@runtime_checkable
class KeyedGateway(Gateway, Protocol):
    """A gateway that a store can offer once its keys are saved."""

    key_fields: Sequence[KeyField]

    def clean_keys(self, keys: Mapping[str, str]) -> dict[str, str]:
        """The keys in their normal form. Raises `InvalidInput` with the errors by field."""
        ...

    def takes(self, currency: str) -> bool:
        """Whether the provider takes payments in the currency at all."""
        ...

    def is_test_mode(self, keys: Mapping[str, Any]) -> bool:
        """Whether these keys move no real money."""
        ...

    def test_connection(self, keys: Mapping[str, Any]) -> list[Finding]:
        """Try the keys at the provider. Changes nothing there, and raises nothing that the provider says."""
        ...


def clean_fields(
    keys: Mapping[str, str],
    fields: Sequence[KeyField],
    forms: Mapping[str, re.Pattern[str]],
    find_faults: Callable[[Mapping[str, str]], dict[str, list[str]]] = lambda _cleaned: {},
) -> dict[str, str]:
    """The keys as one line each. Raises `InvalidInput` for those that do not have their form, and for what `find_faults`
    says about keys that all have it."""
    cleaned = {field.name: line_of(str(keys.get(field.name, ""))) for field in fields}
    wrong = {
        field.name: [f"{gettext('This is not such a key.')} {field.hint}"]
        for field in fields
        if not forms[field.name].fullmatch(cleaned[field.name])
    }
    if errors := wrong or find_faults(cleaned):
        raise InvalidInput(gettext("These keys can't be used."), fields=errors)
    return cleaned


def read_keys(gateway_code: str) -> Mapping[str, Any]:
    """The active store's keys, sealed; empty without keys, and with no store active. One query of the registry."""
    store = current_store_or_none()
    if store is None:
        return {}
    found = _active_keys(store_id=store.id, kind=gateway_code)
    return found[0].config if found else {}


_active_keys: PreparedQuery[IntegrationConfig] = PreparedQuery(
    lambda store_id, kind: IntegrationConfig.objects.filter(
        store__id=store_id,
        kind=kind,
        environment=IntegrationConfig.Environment.PRODUCTION,
        is_active=True,
    )[:1]
)
