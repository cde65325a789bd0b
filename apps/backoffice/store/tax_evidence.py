"""What staff read about a buyer's tax number: who says that it is valid."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from apps.backoffice.columns import moment


def certificate_words(evidence: Mapping[str, Any] | None) -> str:
    """The number of the certificate by which the order bears no tax."""
    number = str((evidence or {}).get("certificate") or "")
    return gettext("Certificate %(number)s") % {"number": number} if number else ""


def words_of_evidence(evidence: Mapping[str, Any] | None) -> str:
    """`Valid by VIES, ...`; "" for a number that was not asked about."""
    found = evidence or {}
    check = found.get("check")
    if check == "vies":
        words = gettext("Valid by VIES, %(at)s") % {"at": _moment(found)}
        reference = str(found.get("reference") or "")
        return f"{words} ({reference})" if reference else words
    if check == "unanswered":
        return gettext("Not verified: VIES did not answer, %(at)s") % {"at": _moment(found)}
    if check == "form":
        return gettext("Not verified: form and check digits alone")
    return ""


def _moment(found: Mapping[str, Any]) -> str:
    return str(moment(datetime.fromisoformat(str(found["asked_at"]))))
