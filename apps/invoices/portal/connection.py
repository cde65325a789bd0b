"""*Test the connection* of the portal: whether it takes the keys, and whether we read its answers."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from apps.common.clock import today
from apps.gateways.keyed import Finding
from apps.invoices.portal import keys as names
from apps.invoices.portal.base import PortalRefused, PortalUnavailable
from apps.invoices.portal.nic import NicPortal

_NO_DOCUMENT: Final = "CONNECTION-TEST"


def examine(keys: Mapping[str, Any], gstin: str) -> list[Finding]:
    """Logs in, and asks for a document that does not exist. Changes nothing at the portal."""
    if not gstin:
        return [Finding(False, gettext("The tax settings have no GSTIN."))]
    portal = NicPortal(keys, gstin)
    try:
        ends_at = localtime(portal.log_in())
    except PortalUnavailable as error:
        return [Finding(False, str(error))]
    taken = gettext("The portal takes the login for %(gstin)s, until %(moment)s.")
    moment = date_format(ends_at, "DATETIME_FORMAT")
    found = [Finding(True, taken % {"gstin": gstin, "moment": moment})]
    try:
        portal.find(kind="INV", number=_NO_DOCUMENT, day=today())
    except (PortalUnavailable, PortalRefused) as error:
        return [*found, Finding(False, str(error))]
    return [*found, Finding(True, gettext("Its answers can be read.")), _signatures(keys)]


def _signatures(keys: Mapping[str, Any]) -> Finding:
    if keys.get(names.SIGNING_KEY):
        return Finding(True, gettext("Signatures are checked with the portal's certificate."))
    return Finding(True, gettext("Signatures are not checked: the certificate is empty."))
