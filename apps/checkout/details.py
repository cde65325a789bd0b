"""The buyer's details at checkout, and their validation."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext

from apps.checkout.errors import InvalidDetails
from apps.checkout.phones import check_phone
from apps.common.addresses import NotPhone, check_address, clean_phone
from apps.common.places import is_language
from apps.common.text import NotText, clean_block, clean_code, clean_line
from apps.common.web import clean_email
from apps.pricing.buyer_numbers import NO_NUMBER, TaxNumber, read_tax_number
from apps.pricing.errors import WrongTaxNumber
from apps.pricing.treatments import CONSUMER, TaxBuyer
from apps.tenancy.context import current_store_or_none

_MAX_NOTE = 1000
_MAX_COMPANY = 120
_MAX_CODE = 40
_MAX_METHOD = 80  # with the code of a pickup place
_MAX_LANGUAGE = 16


@dataclass(frozen=True)
class CheckoutDetails:
    """Unchecked input; `check_details` validates it. Addresses have the keys of `common.addresses.FIELDS`.

    `billing_address` None means: the same as the shipping address. `shipping_method` is a code and `payment_method`
    a gateway's code, which is looked at only where something is to be paid. An empty `language` is the store's.
    `expected_total_minor` is the total the buyer was shown; when given, nothing else is charged. `tax_number` is that of
    the billing address; `tax_buyer` is who it makes of the buyer, set by `place_order`.
    `expected_total_minor` is the total the buyer was shown; when given, nothing else is charged. `gift_cards` are codes;
    they and the customer's store credit pay first, `expected_prepaid_minor` of it when given.
    """

    email: str
    shipping_address: Mapping[str, Any]
    payment_method: str = ""
    shipping_method: str = ""
    phone: str = ""
    billing_address: Mapping[str, Any] | None = None
    expected_total_minor: int | None = None
    note: str = ""
    language: str = ""
    company: str = ""
    tax_number: str = ""
    tax_buyer: TaxBuyer = CONSUMER
    gift_cards: Sequence[str] = ()
    uses_store_credit: bool = False
    expected_prepaid_minor: int | None = None

    @property
    def country(self) -> str:
        """As it was written."""
        address = self.shipping_address
        return str(address.get("country") or "") if isinstance(address, Mapping) else ""


def check_details(
    details: CheckoutDetails, *, needed: Collection[str] | None = None
) -> CheckoutDetails:
    """The details in their normal form. Raises `InvalidDetails` with every wrong field at once.

    `needed` fields of the shipping address must be there; None: what a parcel needs in its country, and its carrier.
    """
    errors: dict[str, list[str]] = {}
    shipping = check_address(
        details.shipping_address, prefix="shipping_address", errors=errors, needed=needed
    )
    billing = shipping
    if details.billing_address is not None:
        billing = check_address(details.billing_address, prefix="billing_address", errors=errors)
    phone = _check_phone(details.phone, shipping.get("country", ""), errors)
    if needed is None:
        check_phone(shipping, errors, phone=phone)
    number = _check_number(details.tax_number, billing, errors)
    checked = replace(
        details,
        email=_check_email(details.email, errors),
        phone=phone or shipping.get("phone", ""),
        shipping_address=shipping,
        billing_address=billing,
        payment_method=_check_code(details.payment_method, "payment_method", errors),
        shipping_method=_check_code(
            details.shipping_method, "shipping_method", errors, most=_MAX_METHOD
        ),
        note=_check_note(details.note, errors),
        language=_check_language(details.language, errors),
        company=_check_company(details.company, errors),
        tax_number=number.text,
        tax_buyer=TaxBuyer(number) if number.text else CONSUMER,
    )
    _check_total(details.expected_total_minor, errors)
    _check_total(details.expected_prepaid_minor, errors, "expected_prepaid")
    if errors:
        raise InvalidDetails(fields=errors)
    return checked


def _check_phone(phone: Any, country: str, errors: dict[str, list[str]]) -> str:
    try:
        return clean_phone(phone, country)
    except (NotPhone, NotText) as error:
        errors["phone"] = [str(error)]
        return ""


def _check_number(
    typed: Any, billing: Mapping[str, Any], errors: dict[str, list[str]]
) -> TaxNumber:
    try:
        return read_tax_number(
            typed, country=billing.get("country", ""), region=billing.get("region", "")
        )
    except WrongTaxNumber as error:
        errors["tax_number"] = [str(error)]
        return NO_NUMBER


def _check_company(name: Any, errors: dict[str, list[str]]) -> str:
    try:
        return clean_line(name, most=_MAX_COMPANY)
    except NotText as error:
        errors["company"] = [str(error)]
        return ""


def _check_language(wanted: Any, errors: dict[str, list[str]]) -> str:
    """The buyer's language, or the store's for an empty one."""
    store = current_store_or_none()
    own = store.language if store is not None else "en"
    try:
        language = clean_code(wanted, most=_MAX_LANGUAGE) or own
    except NotText:
        language = ""
    if language != own and not is_language(language):
        errors["language"] = [gettext("This is not a known language, such as en-IN.")]
    return language


def _check_email(email: Any, errors: dict[str, list[str]]) -> str:
    try:
        text = clean_email(email)
    except NotText:
        text = ""
    if not text:
        errors["email"] = [gettext("Enter a valid e-mail address.")]
    return text


def _check_code(
    code: Any, name: str, errors: dict[str, list[str]], *, most: int = _MAX_CODE
) -> str:
    try:
        text = clean_code(code, most=most)
    except NotText:
        errors[name] = [gettext("This is not one of the choices.")]
        return ""
    return text


def _check_note(note: Any, errors: dict[str, list[str]]) -> str:
    try:
        return clean_block(note, most=_MAX_NOTE)
    except NotText as error:
        errors["note"] = [str(error)]
        return ""


def _check_total(total: Any, errors: dict[str, list[str]], name: str = "expected_total") -> None:
    if total is not None and (isinstance(total, bool) or not isinstance(total, int) or total < 0):
        errors[name] = [gettext("This is not an amount of money.")]
