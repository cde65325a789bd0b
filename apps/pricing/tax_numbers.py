"""Tax numbers of sellers: normal form, and the rules of a GSTIN (rule 10 of India's CGST Rules, 2017): the code of a state,
the PAN or another number of the person, the number of the registration, the kind, a check character."""

import re

from django.utils.translation import gettext

from apps.common.addresses import find_region, region_name
from apps.common.addresses.spellings import GST_STATES
from apps.common.text import clean_code

_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# State, PAN, number of the registration, kind, check sign; UN bodies; non-residents; online services from abroad.
_KINDS = (
    re.compile(r"\d{2}[A-Z]{5}\d{4}[A-Z][1-9A-Z][1-9A-Z][0-9A-Z]", re.ASCII),
    re.compile(r"\d{2}[A-Z]{4}\d{5}[A-Z][1-9A-Z]D[0-9A-Z]", re.ASCII),
    re.compile(r"\d{4}[A-Z]{3}\d{5}[UO]N[0-9A-Z]", re.ASCII),
    re.compile(r"\d{4}[A-Z]{3}\d{5}NR[0-9A-Z]", re.ASCII),
    re.compile(r"99\d{2}[A-Z]{3}\d{5}OS[0-9A-Z]", re.ASCII),
)
# States and territories, those of earlier years too; from abroad, other territory, the centre.
_NO_STATE = frozenset(["96", "97", "99"])
_STATES = frozenset(f"{number:02}" for number in range(1, 39)) | _NO_STATE

_LABELS = {"IN": "GSTIN", "AU": "ABN", "SG": "GST Reg. No.", "CA": "GST/HST No."}
_VAT = frozenset([
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
    "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "GB", "CH", "NO"
])  # fmt: skip


def tax_number_label(country: str) -> str:
    """The name of a seller's tax number in that country."""
    return _LABELS.get(country, "VAT ID" if country in _VAT else gettext("Tax number"))


def clean_tax_number(typed: str) -> str:
    """In capitals, without blanks and dashes. Raises `NotText`."""
    return re.sub(r"[ .-]", "", clean_code(typed)).upper()


def gst_state(region: str) -> str:
    """The two digits by which GST knows an Indian state, in any spelling: `29` for Karnataka; "" for an unknown one."""
    found = find_region("IN", region) if region else None
    return GST_STATES.get(found.code, "") if found is not None else ""


def fault_of_gstin(number: str, *, region: str = "") -> str:
    """Why this, in its normal form, is no GSTIN, or is none of that state; "" for one that follows the rules."""
    if len(number) != 15:
        return gettext("A GSTIN has 15 characters, this has %(value)s.") % {"value": len(number)}
    if not any(kind.fullmatch(number) for kind in _KINDS):
        return gettext("This does not look like a GSTIN such as 29AAGCB7383J1Z4.")
    if number[:2] not in _STATES:
        return gettext(
            "A GSTIN begins with the code of a state, such as 29; %(value)s is none."
        ) % {"value": number[:2]}
    if _check_sign(number[:14]) != number[14]:
        return gettext(
            "The last character of the GSTIN does not fit the others. Please compare it with your certificate."
        )
    if region and not is_gstin_of(number, region):
        return gettext("A GSTIN of %(state)s begins with %(code)s.") % {
            "state": region_name("IN", region),
            "code": gst_state(region),
        }
    return ""


def is_gstin_of(number: str, region: str) -> bool:
    """Whether the number is of that state, by its code of today or an earlier one; or of no state at all."""
    if not gst_state(region) or number[:2] in _NO_STATE:
        return True
    named = find_region("IN", number[:2])
    own = find_region("IN", region)
    return named is not None and own is not None and named.code == own.code


def _check_sign(body: str) -> str:
    total = 0
    for place, sign in enumerate(body):
        product = _SIGNS.index(sign) * (1 + place % 2)
        total += product // 36 + product % 36
    return _SIGNS[-total % 36]
