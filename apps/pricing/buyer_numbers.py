"""Tax numbers of buyers: GSTIN, VAT ID of a member state of the EU, or another country's number as it was written."""

import re
from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from stdnum.eu import vat
from stdnum.exceptions import ValidationError as NoVatNumber

from apps.common.addresses import country_name, region_name
from apps.common.text import NotText
from apps.pricing.errors import WrongTaxNumber
from apps.pricing.member_states import MEMBER_STATES, state_of_prefix, vat_prefix
from apps.pricing.tax_numbers import clean_tax_number, fault_of_gstin, gst_state, is_gstin_of

_INDIA: Final = "IN"
MOST_SIGNS: Final = 24
_OTHER: Final = re.compile(r"(?=.*\d)[A-Z0-9/]+", re.ASCII)


class NumberKind(models.TextChoices):
    NONE = "", _("None")
    GSTIN = "gstin", _("GSTIN")
    VAT = "vat", _("VAT ID")
    OTHER = "other", _("Tax number")


@dataclass(frozen=True)
class TaxNumber:
    """In its one normal form. `state` is the member state of a VAT ID."""

    text: str = ""
    kind: str = NumberKind.NONE
    state: str = ""


NO_NUMBER: Final = TaxNumber()


def read_tax_number(typed: str, *, country: str, region: str = "") -> TaxNumber:
    """The number of a buyer whose billing address is there. Raises `WrongTaxNumber` with one sentence.

    Form and check digits alone: whether it is in use only its tax office knows.
    """
    try:
        text = clean_tax_number(typed)
    except NotText as error:
        raise WrongTaxNumber(str(error)) from error
    if not text:
        return NO_NUMBER
    if len(text) > MOST_SIGNS:
        raise WrongTaxNumber(gettext("At most %(most)s characters.") % {"most": MOST_SIGNS})
    if country == _INDIA:
        return _read_gstin(text, region)
    if country in MEMBER_STATES:
        return _read_vat(text, country)
    if not _OTHER.fullmatch(text):
        raise WrongTaxNumber(gettext("A tax number has digits, and letters A to Z."))
    return TaxNumber(text, NumberKind.OTHER)


def _read_gstin(text: str, region: str) -> TaxNumber:
    fault = fault_of_gstin(text)
    if fault:
        raise WrongTaxNumber(fault)
    if region and not is_gstin_of(text, region):
        words = {
            "own": region_name(_INDIA, text[:2]),
            "code": text[:2],
            "state": region_name(_INDIA, region),
            "other": gst_state(region),
        }
        raise WrongTaxNumber(
            gettext(
                "This GSTIN is of %(own)s (%(code)s), but the billing address is in %(state)s (%(other)s)."
            )
            % words
        )
    return TaxNumber(text, NumberKind.GSTIN)


def _read_vat(text: str, country: str) -> TaxNumber:
    """With the letters of its state, or without them as one of the billing country."""
    named = state_of_prefix(text[:2])
    for state, digits in ((named, text[2:]), (country, text)):
        if state:
            try:
                found = vat.validate(vat_prefix(state) + digits)
            except NoVatNumber:
                continue
            return TaxNumber(found, NumberKind.VAT, state)
    raise WrongTaxNumber(
        gettext(
            "This is not a VAT ID of %(country)s: its form or its check digits are wrong. It begins with %(prefix)s."
        )
        % {"country": country_name(named or country), "prefix": vat_prefix(named or country)}
    )
