"""Member states of the European Union: their codes, and their rates of VAT as data.

Rates: table "EU VAT rates (2026)" of eurofiscalis.com, of 2 February 2026, compared with the standard rates that the
European Commission publishes (Your Europe, "VAT rules and rates"). Estonia 24 % since 1 July 2025, Romania 21 and 11 %
since 1 August 2025, Finland 13.5 % and Lithuania 12 % since 1 January 2026. Super-reduced and parking rates are left out.
Which goods bear a reduced rate differs from state to state.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

RATES_OF: Final = date(2026, 2, 2)
# Distance sales below this amount a year may be taxed at home (Article 59c of Directive 2006/112/EC), in euros.
OSS_THRESHOLD: Final = 10_000


@dataclass(frozen=True)
class Vat:
    """The rates of a state in percent; `reduced` in ascending order."""

    name: str
    standard: Decimal
    reduced: tuple[Decimal, ...]


_TABLE: Final = """
AT USt 20 10 13
BE TVA/BTW 21 6 12
BG DDS 20 9
CY FPA 19 5 9
CZ DPH 21 12
DE USt 19 7
DK Moms 25
EE KM 24 9
ES IVA 21 10
FI ALV 25.5 10 13.5
FR TVA 20 5.5 10
GR FPA 24 6 13
HR PDV 25 5 13
HU ÁFA 27 5 18
IE VAT 23 9 13.5
IT IVA 22 5 10
LT PVM 21 5 12
LU TVA 17 8 14
LV PVN 21 5 12
MT VAT 18 5 7
NL BTW 21 9
PL VAT 23 5 8
PT IVA 23 6 13
RO TVA 21 11
SE Moms 25 6 12
SI DDV 22 5 9.5
SK DPH 23 5 19
"""


def _read(row: str) -> tuple[str, Vat]:
    code, name, standard, *reduced = row.split()
    return code, Vat(name, Decimal(standard), tuple(map(Decimal, reduced)))


VAT_RATES: Final = dict(map(_read, _TABLE.strip().splitlines()))
MEMBER_STATES: Final = frozenset(VAT_RATES)
_GREECE: Final = ("GR", "EL")


def vat_prefix(country: str) -> str:
    """The two letters in front of a VAT ID; Greece's are EL."""
    return _GREECE[1] if country == _GREECE[0] else country


def state_of_prefix(prefix: str) -> str:
    """The member state whose VAT IDs begin so; "" for other letters."""
    code = _GREECE[0] if prefix == _GREECE[1] else prefix
    return code if code in MEMBER_STATES else ""
