"""Tax numbers of buyers have one form; what can't be right is named. Which sales bear no tax for them."""

import pytest

from apps.pricing.buyer_numbers import NO_NUMBER, read_tax_number
from apps.pricing.errors import WrongTaxNumber
from apps.pricing.treatments import TaxBuyer, Treatment, treatment_of

GSTIN = "29AAGCB7383J1Z4"


@pytest.mark.parametrize(
    "typed",
    [
        GSTIN,
        "29aagcb7383j1z4",
        " 29 AAGCB 7383J 1Z4 ",
        "29-AAGCB-7383J-1Z4",
        "２９ＡＡＧＣＢ７３８３Ｊ１Ｚ４",  # full width
        "29AAGCB7383J\u200b1Z4",  # a zero-width space
        "२९AAGCB७३८३J१Z४",
    ],
)
def test_a_gstin_has_one_form_however_it_is_typed(typed: str) -> None:
    number = read_tax_number(typed, country="IN", region="KA")
    assert (number.text, number.kind) == (GSTIN, "gstin")


def test_a_gstin_of_another_state_than_the_billing_address_names_both() -> None:
    with pytest.raises(WrongTaxNumber) as refused:
        read_tax_number("27AAPFU0939F1ZV", country="IN", region="KA")
    assert "is of Maharashtra (27)" in str(refused.value)
    assert "is in Karnataka (29)" in str(refused.value)
    assert read_tax_number("27AAPFU0939F1ZV", country="IN").kind == "gstin"


@pytest.mark.parametrize(
    ("typed", "country", "kept", "state"),
    [
        ("DE136695976", "DE", "DE136695976", "DE"),
        ("de 136.695-976", "DE", "DE136695976", "DE"),
        ("136695976", "DE", "DE136695976", "DE"),
        ("ＤＥ１３６６９５９７６", "DE", "DE136695976", "DE"),
        ("ATU13585627", "AT", "ATU13585627", "AT"),
        ("U13585627", "AT", "ATU13585627", "AT"),
        ("EL094259216", "GR", "EL094259216", "GR"),
        ("GR 094259216", "GR", "EL094259216", "GR"),
        ("094259216", "GR", "EL094259216", "GR"),
        ("FR40303265045", "FR", "FR40303265045", "FR"),
        ("NL4495445B01", "NL", "NL004495445B01", "NL"),
        ("IE6433435F", "IE", "IE6433435F", "IE"),
        ("ATU13585627", "DE", "ATU13585627", "AT"),  # registered elsewhere in the EU
    ],
)
def test_a_vat_id_has_the_letters_of_its_state(
    typed: str, country: str, kept: str, state: str
) -> None:
    number = read_tax_number(typed, country=country)
    assert (number.text, number.kind, number.state) == (kept, "vat", state)


@pytest.mark.parametrize(
    ("typed", "country", "words"),
    [
        ("DE136695977", "DE", "VAT ID of Germany"),  # a wrong check digit
        ("136695977", "DE", "begins with DE"),
        ("GR094259217", "GR", "begins with EL"),
        ("ATU13585628", "DE", "VAT ID of Austria"),
        ("hello", "FR", "VAT ID of France"),
        ("29AAGCB7383J1Z5", "IN", "last character"),
        ("DE136695976", "IN", "15 characters"),
        ("no digits", "US", "has digits"),
        ("1" * 25, "US", "At most 24"),
        ("x\x00", "DE", "."),
        ("<b>1</b>", "US", "has digits"),
    ],
)
def test_what_is_no_number_is_refused(typed: str, country: str, words: str) -> None:
    with pytest.raises(WrongTaxNumber, match=words):
        read_tax_number(typed, country=country)


def test_numbers_of_other_countries_are_kept_and_nothing_is_none() -> None:
    assert read_tax_number("12-3456789", country="US").text == "123456789"
    assert read_tax_number(" ", country="DE") == NO_NUMBER


@pytest.mark.parametrize(
    ("origin", "country", "number", "billing", "expected"),
    [
        ("DE", "AT", "ATU13585627", "AT", Treatment.REVERSE_CHARGE),
        ("DE", "GR", "EL094259216", "GR", Treatment.REVERSE_CHARGE),
        ("DE", "FR", "ATU13585627", "AT", Treatment.REVERSE_CHARGE),  # the goods leave Germany
        ("DE", "DE", "ATU13585627", "AT", Treatment.NONE),  # the goods stay in Germany
        ("DE", "AT", "DE136695976", "DE", Treatment.NONE),  # a number of the seller's state
        ("DE", "AT", "", "AT", Treatment.NONE),
        ("DE", "US", "123456789", "US", Treatment.NONE),
        ("IN", "DE", "DE136695976", "DE", Treatment.NONE),
        ("DE", "GB", "123456789", "GB", Treatment.NONE),
    ],
)
def test_reverse_charge_needs_a_number_and_a_delivery_of_other_member_states(
    origin: str, country: str, number: str, billing: str, expected: str
) -> None:
    buyer = TaxBuyer(read_tax_number(number, country=billing))
    found = treatment_of(origin=origin, country=country, buyer=buyer, zero_rates_exports=False)
    assert found == expected
    doubted = TaxBuyer(buyer.number, is_doubtful=True)
    assert (
        treatment_of(origin=origin, country=country, buyer=doubted, zero_rates_exports=False)
        == Treatment.NONE
    )


@pytest.mark.parametrize(
    ("origin", "country", "is_export"),
    [
        ("DE", "US", True),
        ("DE", "GB", True),
        ("DE", "AT", False),
        ("DE", "DE", False),
        ("IN", "DE", True),
        ("IN", "IN", False),
        ("IN", "", False),
    ],
)
def test_exports_bear_no_tax_where_the_store_says_so(
    origin: str, country: str, is_export: bool
) -> None:
    for wanted in (True, False):
        found = treatment_of(
            origin=origin, country=country, buyer=TaxBuyer(), zero_rates_exports=wanted
        )
        assert found == (Treatment.EXPORT if wanted and is_export else Treatment.NONE)
