"""Numbers of bank accounts: their check digits, and how people read them. No bank is asked."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from django.utils.translation import gettext

from apps.common.text import ascii_digits, clean_code
from apps.payments.ways import BankAccount

# Characters of an IBAN by country: the IBAN registry of SWIFT, release 99.
_LENGTHS: Final = (
    "AD:24 AE:23 AL:28 AT:20 AZ:28 BA:20 BE:16 BG:22 BH:22 BI:27 BR:29 BY:28 CH:21 CR:22 CY:28 CZ:24 DE:22 DJ:27 "
    "DK:18 DO:28 EE:20 EG:29 ES:24 FI:18 FK:18 FO:18 FR:27 GB:22 GE:22 GI:23 GL:18 GR:27 GT:28 HN:28 HR:21 HU:28 "
    "IE:22 IL:23 IQ:23 IS:26 IT:27 JO:30 KW:30 KZ:20 LB:28 LC:32 LI:21 LT:20 LU:20 LV:21 LY:25 MC:27 MD:24 ME:22 "
    "MK:19 MN:20 MR:27 MT:31 MU:30 NI:28 NL:18 NO:15 OM:23 PK:24 PL:28 PS:29 PT:25 QA:29 RO:24 RS:22 RU:33 SA:24 "
    "SC:31 SD:18 SE:24 SI:19 SK:24 SM:27 SO:23 ST:25 SV:28 TL:23 TN:24 TR:26 UA:29 VA:22 VG:24 XK:20 YE:30"
)
_IBAN_LENGTHS: Final = {part[:2]: int(part[3:]) for part in _LENGTHS.split()}
_MARKS: Final = re.compile(r"[\s\-./]+")
_BIC: Final = re.compile(r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?", re.ASCII)
_IFSC: Final = re.compile(r"[A-Z]{4}0[A-Z0-9]{6}", re.ASCII)
_NUMBER: Final = re.compile(r"[A-Z0-9]{4,34}", re.ASCII)


def tidy(typed: str) -> str:
    """Capitals and digits without blanks and hyphens. Raises `NotText`."""
    return _MARKS.sub("", ascii_digits(clean_code(typed)).upper())


def fault_of_iban(iban: str) -> str:
    """The sentence for a form; "" for a number whose length and check digits are right (ISO 13616, ISO 7064 MOD 97-10)."""
    length = _IBAN_LENGTHS.get(iban[:2])
    if length is None:
        return gettext("An IBAN begins with the code of its country, such as DE.")
    if len(iban) != length:
        return gettext("An IBAN of %(country)s has %(length)s characters.") % {
            "country": iban[:2],
            "length": length,
        }
    if not (iban.isascii() and iban.isalnum() and iban[2:4].isdigit()):
        return gettext("An IBAN has letters and digits alone.")
    digits = "".join(str(int(mark, 36)) for mark in iban[4:] + iban[:4])
    if int(digits) % 97 != 1:
        return gettext("The check digits do not fit: a digit is wrong or missing.")
    return ""


def fault_of_bic(bic: str) -> str:
    if _BIC.fullmatch(bic):
        return ""
    return gettext("A BIC has 8 or 11 characters, such as DEUTDEFF.")


def fault_of_number(number: str) -> str:
    if _NUMBER.fullmatch(number):
        return ""
    return gettext("An account number has 4 to 34 letters and digits.")


def fault_of_branch_code(code: str, country: str) -> str:
    """By the country that the store sells from; elsewhere any code is taken."""
    check = _BRANCH_CODES.get(country)
    return check(code) if check is not None else ""


def branch_label(country: str) -> str:
    """The name of the code of a bank there."""
    names: Mapping[str, str] = {
        "IN": "IFSC",
        "GB": gettext("Sort code"),
        "US": gettext("Routing number"),
        "AU": "BSB",
    }
    return names.get(country) or gettext("Code of the bank")


def account_rows(account: BankAccount) -> list[dict[str, str]]:
    """What a buyer types into their bank's form: label and value, in the order of such forms."""
    rows = [
        (gettext("Account holder"), account.holder),
        ("IBAN", in_fours(account.iban)),
        (gettext("Account number"), "" if account.iban else account.account_number),
        (branch_label(account.country), "" if account.iban else account.branch_code),
        ("BIC", account.bic),
        (gettext("Bank"), account.bank),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def in_fours(iban: str) -> str:
    """`DE89 3704 0044 0532 0130 00`, as it is printed."""
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def _fault_of_ifsc(code: str) -> str:
    if _IFSC.fullmatch(code):
        return ""
    return gettext("An IFSC has four letters, a zero and six more characters, such as SBIN0000691.")


def _fault_of_sort_code(code: str) -> str:
    return "" if _is_digits(code, 6) else gettext("A sort code has six digits.")


def _fault_of_bsb(code: str) -> str:
    return "" if _is_digits(code, 6) else gettext("A BSB has six digits.")


def _fault_of_routing_number(code: str) -> str:
    """Nine digits; their sum weighted by 3, 7 and 1 ends in 0 (American Bankers Association)."""
    if not _is_digits(code, 9):
        return gettext("A routing number has nine digits.")
    total = sum(int(mark) * (3, 7, 1)[at % 3] for at, mark in enumerate(code))
    if total % 10:
        return gettext("The check digit does not fit: a digit is wrong.")
    return ""


def _is_digits(code: str, count: int) -> bool:
    return code.isascii() and code.isdigit() and len(code) == count


_BRANCH_CODES: Final[Mapping[str, Callable[[str], str]]] = {
    "IN": _fault_of_ifsc,
    "GB": _fault_of_sort_code,
    "US": _fault_of_routing_number,
    "AU": _fault_of_bsb,
}
