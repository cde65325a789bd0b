"""Sales that bear no tax because of who buys or where it goes: reverse charge in the EU, exports, certificates.

Reverse charge: a seller in a member state, a buyer with the VAT ID of another one, and a delivery to another one. Goods are
an exempt supply (Article 138 of Directive 2006/112/EC), services are taxed where the buyer is (Articles 44 and 196); an
invoice says so and has both numbers (Article 226). Export: delivered outside the EU from a member state (Article 146), else
outside the seller's country (India: section 16 of the IGST Act), where the store says that it is zero-rated.

Special economic zones (India): the same section zero-rates what is sold to their units, whose GSTINs the store lists. It is always
between states: integrated tax, or none under bond or letter of undertaking. Deemed exports (section 147 of the CGST Act) bear
tax as usual and are named on documents.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.pricing.buyer_numbers import NO_NUMBER, NumberKind, TaxNumber
from apps.pricing.member_states import MEMBER_STATES


class Treatment(models.TextChoices):
    NONE = "", _("Taxed as usual")
    REVERSE_CHARGE = "reverse", _("Reverse charge")
    EXPORT = "export", _("Export without tax")
    EXEMPT = "exempt", _("Exempt by certificate")
    ZONE = "sez", _("To a special economic zone, without tax")


@dataclass(frozen=True)
class TaxBuyer:
    """Who buys, as far as taxes depend on it. `evidence` is kept with the order: what was asked about the number, and the
    answer. `is_doubtful`: the store wants an answer about the number, and there is none. `is_certified`: the customer has
    a certificate for that delivery."""

    number: TaxNumber = NO_NUMBER
    is_doubtful: bool = False
    is_certified: bool = False
    evidence: dict[str, Any] = field(default_factory=dict)


CONSUMER: Final = TaxBuyer()


def is_reverse_charge(*, origin: str, country: str, number: TaxNumber) -> bool:
    """Whether the tax on a delivery from `origin` to `country` is the buyer's, if the number is valid."""
    return (
        number.kind == NumberKind.VAT
        and {origin, country} <= MEMBER_STATES
        and origin not in (country, number.state)
    )


def is_export(*, origin: str, country: str) -> bool:
    if not origin or not country or country == origin:
        return False
    return not {origin, country} <= MEMBER_STATES


def treatment_of(
    *, origin: str, country: str, buyer: TaxBuyer, zero_rates_exports: bool
) -> Treatment:
    """How the sale is taxed."""
    if not buyer.is_doubtful and is_reverse_charge(
        origin=origin, country=country, number=buyer.number
    ):
        return Treatment.REVERSE_CHARGE
    if zero_rates_exports and is_export(origin=origin, country=country):
        return Treatment.EXPORT
    return Treatment.EXEMPT if buyer.is_certified else Treatment.NONE
