"""What a buyer may write at checkout: good input in its normal form, bad input refused by field."""

from typing import Any

import pytest

from apps.checkout.details import CheckoutDetails, check_details
from apps.checkout.errors import InvalidDetails

INDIA = {
    "name": "Asha Rao",
    "line1": "12 Residency Road",
    "city": "Bengaluru",
    "region": "Karnataka",
    "postal_code": "560025",
    "country": "IN",
}
AMERICA = {
    "name": "Ann Lee",
    "line1": "1 Market St",
    "city": "San Francisco",
    "region": "CA",
    "postal_code": "94105",
    "country": "US",
}


def check(**changes: Any) -> CheckoutDetails:
    values: dict[str, Any] = {
        "email": "asha@example.com",
        "shipping_address": INDIA,
        "shipping_method": "standard",
        "payment_method": "test",
    }
    return check_details(CheckoutDetails(**{**values, **changes}))


def faults(**changes: Any) -> set[str]:
    with pytest.raises(InvalidDetails) as refused:
        check(**changes)
    return set(refused.value.fields)


def test_good_details_come_back_in_their_normal_form() -> None:
    address = {**INDIA, "name": "  Asha   Rao ", "country": "in", "postal_code": "560 025"}
    checked = check(email="  Asha@Example.COM ", phone="098450 12345", shipping_address=address)

    assert checked.email == "asha@example.com"
    assert checked.phone == "+919845012345"
    assert checked.shipping_address["name"] == "Asha Rao"
    assert checked.shipping_address["country"] == "IN"
    assert checked.shipping_address["postal_code"] == "560025"
    assert checked.shipping_address["line2"] == ""
    assert checked.billing_address == checked.shipping_address


@pytest.mark.parametrize(
    "email",
    ["", "asha", "a@", "@b.com", "a b@c.de", "a@b", "x" * 250 + "@a.com", "a@b.de\n", None, 7],
)
def test_a_bad_email_is_refused(email: Any) -> None:
    if email == "a@b.de\n":
        email = "a\x00@b.de"
    assert faults(email=email) == {"email"}


@pytest.mark.parametrize("phone", ["12345", "call me", "+91 12345", "0000000000"])
def test_a_bad_phone_is_refused(phone: str) -> None:
    assert faults(phone=phone) == {"phone"}


@pytest.mark.parametrize("phone", ["98450 12345", "+91 98450-12345", "+1 415 555 2671", ""])
def test_a_good_phone_is_taken(phone: str) -> None:
    assert check(phone=phone)


@pytest.mark.parametrize("code", ["", "56002", "060025", "5600255", "ABCDEF", "५६००२"])
def test_an_indian_pincode_has_six_digits(code: str) -> None:
    assert faults(shipping_address={**INDIA, "postal_code": code}) == {
        "shipping_address.postal_code"
    }


@pytest.mark.parametrize("code", ["", "9410", "941055", "94105-12", "560 025"])
def test_an_american_zip_has_five_digits_or_nine(code: str) -> None:
    assert faults(shipping_address={**AMERICA, "postal_code": code}) == {
        "shipping_address.postal_code"
    }


@pytest.mark.parametrize("code", ["94105", "94105-1234"])
def test_a_good_zip_is_taken(code: str) -> None:
    assert check(shipping_address={**AMERICA, "postal_code": code})


@pytest.mark.parametrize("country", ["", "XX", "EU", "ZZ", "Atlantis", "I", "12", "QO"])
def test_a_country_is_one_of_cldr(country: str) -> None:
    assert faults(shipping_address={**INDIA, "country": country}) == {"shipping_address.country"}


def test_a_country_without_known_postal_codes_needs_none() -> None:
    checked = check(shipping_address={**INDIA, "country": "QA", "region": "", "postal_code": ""})

    assert checked.shipping_address["postal_code"] == ""


@pytest.mark.parametrize("value", [5, ["a"], {}, "x\x00", "1" * 99])
def test_a_company_and_its_number_are_texts(value: Any) -> None:
    assert faults(tax_number=value, company="x" * 121) == {"tax_number", "company"}
    assert check(tax_number=None, company=None).tax_number == ""


def test_every_fault_is_named_at_once() -> None:
    assert faults(email="no", shipping_address={"country": "US"}, note="x" * 1001) == {
        "email",
        "note",
        "shipping_address.name",
        "shipping_address.line1",
        "shipping_address.city",
        "shipping_address.region",
        "shipping_address.postal_code",
    }


@pytest.mark.parametrize("value", [None, "text", 5, ["a"], {}])
def test_an_address_is_an_address(value: Any) -> None:
    assert any(field.startswith("shipping_address") for field in faults(shipping_address=value))


@pytest.mark.parametrize("value", [{"$ne": 1}, 5, ["x"], "a\x00b", "\u200b", "x" * 121, True])
def test_a_field_of_an_address_is_short_plain_text(value: Any) -> None:
    assert faults(shipping_address={**INDIA, "name": value}) == {"shipping_address.name"}


def test_a_bad_billing_address_is_named_as_such() -> None:
    assert faults(billing_address={**INDIA, "city": ""}) == {"billing_address.city"}


@pytest.mark.parametrize("total", [-1, 1.5, "100", True])
def test_an_expected_total_is_minor_units(total: Any) -> None:
    assert faults(expected_total_minor=total) == {"expected_total"}
