"""Who buys, as far as taxes depend on it: the tax number that was typed, and what the EU's register says about it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext

from apps.checkout.errors import InvalidDetails
from apps.common.clock import now
from apps.pricing.buyer_numbers import NumberKind, TaxNumber, read_tax_number
from apps.pricing.certificates import evidence_of, find_certificate
from apps.pricing.errors import WrongTaxNumber
from apps.pricing.member_states import state_of_prefix
from apps.pricing.models import TaxSettings, VatCheck
from apps.pricing.selectors import get_tax_settings, origin_of
from apps.pricing.treatments import CONSUMER, TaxBuyer, is_reverse_charge
from apps.pricing.vies import VatAnswer, ask_register


def identify_buyer(number: TaxNumber, *, country: str) -> TaxBuyer:
    """The buyer of a delivery to that country. No statement without a number; one for a VAT ID, which the register is
    asked about if the order would bear no tax for it: never call it in a transaction.

    Raises `InvalidDetails` for a VAT ID that the register does not know.
    """
    if number.kind != NumberKind.VAT:
        return TaxBuyer(number) if number.text else CONSUMER
    settings = get_tax_settings()
    if not is_reverse_charge(origin=origin_of(settings), country=country, number=number):
        return TaxBuyer(number)
    if settings.vat_check == VatCheck.FORM:
        return TaxBuyer(number, evidence={"check": "form"})
    answer = ask_register(number, asker=_own_vat_id(settings))
    if answer is None:
        is_doubtful = settings.vat_check == VatCheck.STRICT
        evidence = {"check": "unanswered", "asked_at": now().isoformat(timespec="seconds")}
        return TaxBuyer(number, is_doubtful=is_doubtful, evidence=evidence)
    if not answer.is_valid:
        sentence = gettext(
            "The EU's register of VAT IDs (VIES) does not know this number. Correct it, or leave it empty: VAT is charged then."
        )
        raise InvalidDetails(fields={"tax_number": [sentence]})
    return TaxBuyer(number, evidence=_evidence(answer))


def read_buyer(
    tax_number: str, *, country: str, billing_country: str, billing_region: str
) -> TaxBuyer:
    """As `identify_buyer`, of a number as it was typed. Raises `InvalidDetails`."""
    if not tax_number or not country:
        return CONSUMER
    try:
        number = read_tax_number(
            tax_number, country=billing_country or country, region=billing_region
        )
    except WrongTaxNumber as error:
        raise InvalidDetails(fields={"tax_number": [str(error)]}) from error
    return identify_buyer(number, country=country)


def _evidence(answer: VatAnswer) -> dict[str, str]:
    found = {"check": "vies", "asked_at": answer.asked_at}
    return {**found, "reference": answer.reference} if answer.reference else found


def _own_vat_id(settings: TaxSettings) -> str:
    """The store's own VAT ID with the letters of its state; "" if its tax number is none."""
    number = settings.tax_number
    return number if state_of_prefix(number[:2]) == origin_of(settings) else ""


def certified(buyer: TaxBuyer, customer_ref: str | None, address: Mapping[str, Any]) -> TaxBuyer:
    """The same buyer, with a certificate if the customer has one for that place."""
    country, region = str(address.get("country") or ""), str(address.get("region") or "")
    found = find_certificate(customer_ref or "", country=country, region=region)
    if found is None:
        return buyer
    return replace(buyer, is_certified=True, evidence={**buyer.evidence, **evidence_of(found)})
