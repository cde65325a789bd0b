"""Everything that an invoice prints, taken when it is issued. Nothing is read again later."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from babel.dates import format_date

from apps.billing.models import Party, Payer, Seller
from apps.billing.taxes import Taxes
from apps.platform.models import Store

LANGUAGE: Final = "en"


@dataclass(frozen=True)
class Line:
    """What is charged, or taken off where the amount is below 0. `detail` is a second, smaller line."""

    title: str
    detail: str
    amount_minor: int


def day_text(day: date) -> str:
    """As invoices write a day."""
    return format_date(day, format="medium", locale=LANGUAGE)


def present_party(party: Party) -> dict[str, str]:
    """The fields of an address, the name, the tax number."""
    return {
        "name": party.legal_name,
        "line1": party.line1,
        "line2": party.line2,
        "city": party.city,
        "postal_code": party.postal_code,
        "region": party.region,
        "country": party.country,
        "tax_number": party.tax_number,
        "email": party.email,
    }


def payer_of(store: Store) -> Payer:
    """Who pays for the store; its name, country and state where it has not said more. That row is unsaved."""
    found = Payer.objects.filter(store=store).first()
    if found is not None:
        return found
    return Payer(
        store=store, legal_name=store.name, country=store.country, region=store.home_region
    )


def make_data(
    seller: Seller, payer: Payer, store: Store, lines: Sequence[Line], taxes: Taxes
) -> dict[str, Any]:
    return {
        "title": taxes.title,
        "seller": {
            **present_party(seller),
            "bank_details": seller.bank_details,
            "signatory": seller.signatory,
            "service_code": seller.service_code,
        },
        "payer": present_party(payer),
        "store": {"name": store.name, "slug": store.slug},
        "lines": [asdict(line) for line in lines],
        "taxes": list(taxes.rows),
        "place_of_supply": list(taxes.place),
        "words": taxes.words,
    }
