"""Currencies: codes, decimals (ISO 4217) and symbols.

CLDR, which Babel uses, shows fewer decimals than ISO 4217 has for AFN, ALL, IQD, LAK, LBP, MMK, RSD and others.
Stored amounts and amounts for providers have ISO's decimals; see docs/decisions for displayed ones.
"""

from functools import cache
from typing import Final

import moneyed
import pycountry
from django.utils.translation import gettext

from apps.common.errors import InvalidInput

# In ISO 4217 since 2024 and 2025, and not in py-moneyed 3.0.
for _code, _numeric, _name in (
    ("XCG", "532", "Caribbean Guilder"),
    ("ZWG", "924", "Zimbabwe Gold"),
):
    if _code not in moneyed.CURRENCIES:
        moneyed.add_currency(code=_code, numeric=_numeric, name=_name, sub_unit=100)

# Codes of ISO 4217 in which nothing is sold: metals, bonds, units of account, funds, testing, no currency.
_NOT_MONEY: Final = frozenset([
    "BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW", "XAD", "XAG", "XAU", "XBA",
    "XBB", "XBC", "XBD", "XDR", "XEU", "XFO", "XFU", "XPD", "XPT", "XRE", "XSU", "XTS", "XUA", "XXX",
])  # fmt: skip

# Common symbols beside those of CLDR.
_SIGNS: Final = {
    "$": "AUD BBD BMD BND BSD BZD CAD CLP COP CVE DOP FJD GYD HKD JMD KYD LRD MOP MXN NAD NIO NZD SBD SGD SRD TTD "
    "TWD USD UYU XCD",
    "£": "EGP FKP GBP GIP SHP SSP SYP",
    "¥": "CNY JPY",
    "元": "CNY TWD",
    "円": "JPY",
    "₨": "INR LKR MUR NPR PKR SCR",
    "rs": "INR LKR MUR NPR PKR SCR",
    "rs.": "INR LKR MUR NPR PKR SCR",
    "रु": "INR NPR",
    "रु.": "INR NPR",
    "৳": "BDT",
    "tk": "BDT",
    "kr": "DKK ISK NOK SEK",
    "kr.": "DKK ISK NOK SEK",
    "kč": "CZK",
    "ft": "HUF",
    "zł": "PLN",
    "lei": "MDL RON",
    "fr": "CHF",
    "fr.": "CHF",
    "sfr.": "CHF",
    "r$": "BRL",
    "rp": "IDR",
    "rm": "MYR",
    "₱": "PHP",
    "฿": "THB",
    "₺": "TRY",
    "tl": "TRY",
    "₫": "VND",
    "đ": "VND",
    "₩": "KRW",
    "₪": "ILS",
    "₦": "NGN",
    "ksh": "KES",
    "r": "ZAR",
    "₽": "RUB",
    "₴": "UAH",
    "dh": "AED MAD",
    "dhs": "AED",
    "sr": "SAR",
    "din": "RSD",
    "din.": "RSD",
    "дин.": "RSD",
}


def decimals_of(currency: str) -> int:
    """How many decimals the currency has by ISO 4217: 2 for INR and RSD, 0 for JPY, 3 for KWD.

    Currencies that are no longer in use have theirs, so that old amounts can be shown. Raises `InvalidInput` for
    what is not a currency.
    """
    found = _decimals(currency)
    if found is None:
        raise InvalidInput(
            gettext("%(currency)s is not a currency code.") % {"currency": f"{currency!r}"}
        )
    return found


@cache
def selling_currencies() -> frozenset[str]:
    """The codes in which something can be sold today."""
    return frozenset(each.alpha_3 for each in pycountry.currencies) - _NOT_MONEY


@cache
def signs_of(currency: str) -> frozenset[str]:
    """How people mark an amount of that currency, in small letters, beside CLDR's symbols: `rs.`, `$`, `inr`."""
    return frozenset(
        [currency.lower(), *(sign for sign, codes in _SIGNS.items() if currency in codes.split())]
    )


@cache
def _decimals(currency: str) -> int | None:
    known = moneyed.CURRENCIES.get(currency)
    if known is None or currency in _NOT_MONEY:
        return None
    return len(str(known.sub_unit)) - 1
