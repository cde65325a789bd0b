"""The portal of the active store, by its keys."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from apps.gateways.keyed import read_keys
from apps.invoices.portal.base import Portal
from apps.invoices.portal.keys import KIND
from apps.invoices.portal.nic import NicPortal
from apps.invoices.portal.session import KeysRefused


def portal_keys() -> Mapping[str, Any]:
    """Sealed; empty without keys. One query of the registry."""
    return read_keys(KIND)


def open_portal(keys: Mapping[str, Any], gstin: str) -> Portal:
    """Raises `KeysRefused` without keys."""
    if not keys:
        raise KeysRefused(gettext("The keys of the portal are missing."))
    return NicPortal(keys, gstin)
