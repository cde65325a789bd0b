"""India: buyers in special economic zones, and those of deemed exports, by their GSTIN."""

from enum import StrEnum

from apps.pricing.models import TaxSettings


class SpecialSupply(StrEnum):
    NONE = ""
    ZONE = "sez"
    DEEMED = "deemed"


def special_supply(
    settings: TaxSettings, *, origin: str, country: str, number: str
) -> SpecialSupply:
    """What a sale inside India to the buyer with that GSTIN is, of a seller that collects GST."""
    if not number or origin != "IN" or country != "IN" or settings.seller_kind != "regular":
        return SpecialSupply.NONE
    if number in (settings.zone_buyers or ()):
        return SpecialSupply.ZONE
    return SpecialSupply.DEEMED if number in (settings.deemed_buyers or ()) else SpecialSupply.NONE
