"""What people type as an amount: read as their store writes it, or refused with an example; never guessed."""

from decimal import Decimal

import pytest
from babel import localedata
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.common.amounts import example_amount, read_amount, write_amount
from apps.common.currencies import decimals_of, selling_currencies
from apps.common.errors import InvalidInput
from apps.common.fields import AmountField
from apps.common.money import Money, format_money, from_minor, to_minor
from apps.common.places import language_choices

LANGUAGES = [code for code, _name in language_choices()] + [
    "de-AT", "de-CH", "fr-CH", "hu", "pl", "sv", "da", "nb", "pt-PT", "es-MX", "ur", "or", "pa", "fa", "ne", "zh-TW",
]  # fmt: skip
MINOR = st.integers(min_value=-(10**15), max_value=10**15)


@given(MINOR, st.sampled_from(sorted(selling_currencies())), st.sampled_from(LANGUAGES))
@settings(max_examples=400)
def test_what_our_pages_write_reads_the_same(minor: int, currency: str, language: str) -> None:
    shown = format_money(from_minor(minor, currency), language)
    assert to_minor(read_amount(shown, currency, language)) == minor
    assert (
        to_minor(read_amount(write_amount(minor, currency, language), currency, language)) == minor
    )
    example = example_amount(currency, language)
    assert read_amount(example, currency, language).amount == 149_900


@pytest.mark.parametrize("language", sorted(set(localedata.locale_identifiers()) - {"tok"})[::7])
def test_every_language_that_can_be_shown_can_be_typed(language: str) -> None:
    for currency in ("INR", "EUR", "KWD", "JPY", "RSD", "XCG"):
        money = Money(Decimal("-1234567"), currency)
        assert read_amount(format_money(money, language), currency, language) == money


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1499", "1499"),
        ("1,499", "1499"),
        ("1,49,900.00", "149900"),
        ("149,900.00", "149900"),
        ("₹1499", "1499"),
        ("₹ 1,499.00", "1499"),
        ("1499 ₹", "1499"),
        ("Rs. 1,499/-", "1499"),
        ("Rs1499", "1499"),
        ("INR 1499.5", "1499.5"),
        ("१४९९", "1499"),
        ("₹१,४९,९००.५०", "149900.5"),
        ("１，４９９", "1499"),
        ("१٤९९٫५", "1499.5"),
        ("1\u00a0499.00", "1499"),
        ("1\u202f499.00", "1499"),
        ("1'499", "1499"),
        ("1’499.00", "1499"),
        (" 1499 ", "1499"),
        (".5", "0.5"),
        (",5", "0.5"),
        ("-,50", "-0.5"),
        ("12.", "12"),
        ("12,", "12"),
        ("1,499.", "1499"),
        ("₹12.", "12"),
        ("12. ₹", "12"),
        ("1 234,50", "1234.5"),
        ("1'234,5", "1234.5"),
        ("१२.५०", "12.5"),
        ("१२.", "12"),
        ("1,49,900", "149900"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("5-", "-5"),
        ("₹-5", "-5"),
        ("-₹5", "-5"),
        ("\u200f-₹5", "-5"),
        ("980.000", None),
        ("1,000.000", "1000"),
        ("-0.00", "0"),
    ],
)
def test_an_indian_store_reads(typed: str, amount: str | None) -> None:
    if amount is None:
        with pytest.raises(InvalidInput):
            read_amount(typed, "INR", "en-IN")
    else:
        money = read_amount(typed, "INR", "en-IN")
        assert money == Money(amount, "INR")
        assert not (money.amount.is_signed() and not money.amount)


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "₹", "-", ".", ",", "abc", "1,49,90", "1,5", "1,50", "0,499", "1,,499", ",499", "1, 499", "1.5.5",
        "1.49,900", "1499..", "1499.,", "12.,5", "1 234,5,0", "12 34,50", "--5", "-5-", "(5)", "$5", "€5", "5 USD", "INR 5 INR", "₹5₹", "1e3", "NaN", "Infinity",
        "1_000", "5²", "½", "①", "1.505", "1\n5", "1 5", "1 49 90", "1'49'9'00", "9" * 40, "9" * 100, "\u200b", "5\x00",
        "499.00.", "1,499 00", "+5", "१,५",
    ],
)  # fmt: skip
def test_an_indian_store_refuses_and_shows_how(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_amount(typed, "INR", "en-IN")
    sentence = str(refused.value)
    special = ("too large", "control characters", "no visible", "At most")
    assert "1,49,900.00" in sentence or any(words in sentence for words in special)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1.499,00 €", "1499"),
        ("1.499", "1499"),
        ("1499,5", "1499.5"),
        ("1 499,00", "1499"),
        ("5,- €", "5"),
        ("€ 5", "5"),
        ("EUR 5,00", "5"),
        ("1.499.000", "1499000"),
        ("-5,00 €", "-5"),
        ("12,", "12"),
        ("12.", "12"),
        (",5", "0.5"),
        (".5", "0.5"),
        ("1 234.50", "1234.5"),
        ("1’234.50", "1234.5"),
    ],
)
def test_a_german_store_reads(typed: str, amount: str) -> None:
    assert read_amount(typed, "EUR", "de") == Money(amount, "EUR")


@pytest.mark.parametrize("typed", ["1,499", "1,000", "1499.00", "1.49", "12.5", "1,499.00", ".499"])
def test_what_means_another_amount_elsewhere_is_refused_in_germany(typed: str) -> None:
    with pytest.raises(InvalidInput, match=r"149\.900,00"):
        read_amount(typed, "EUR", "de")


@pytest.mark.parametrize(
    ("typed", "currency", "language", "amount"),
    [
        ("1 499,50 Ft", "HUF", "hu", "1499.5"),
        ("1\u00a0499,50\u00a0Ft", "HUF", "hu", "1499.5"),
        ("CHF 1’499.00", "CHF", "de-CH", "1499"),
        ("CHF-1’499.00", "CHF", "de-CH", "-1499"),
        ("1'499.-", "CHF", "de-CH", "1499"),
        ("R$ 1.499,00", "BRL", "pt-BR", "1499"),
        ("1 499,00 zł", "PLN", "pl", "1499"),
        ("¥1,499", "JPY", "ja", "1499"),
        ("1,499円", "JPY", "ja", "1499"),
        ("980.00", "JPY", "ja", "980"),
        ("1.500", "KWD", "en", "1.5"),
        ("1,500", "KWD", "en", "1500"),
        ("499,99", "RSD", "sr", "499.99"),
        ("$1,499.00", "CAD", "en", "1499"),
        ("€ -1.499,00", "EUR", "nl", "-1499"),
        ("١٬٤٩٩٫٥٠", "SAR", "ar", "1499.5"),
        ("1.499,00 kr.", "DKK", "da", "1499"),
        ("12.50", "EUR", "fr", "12.5"),
        ("1234.5", "PLN", "pl", "1234.5"),
        ("12,50", "CHF", "de-CH", "12.5"),
        ("1 234,500", "KWD", "en", "1234.5"),
        ("980.", "JPY", "ja", "980"),
    ],
)
def test_other_stores_read(typed: str, currency: str, language: str, amount: str) -> None:
    assert read_amount(typed, currency, language) == Money(amount, currency)


@pytest.mark.parametrize(
    ("typed", "currency", "language"),
    [
        ("1.499", "EUR", "fr"),
        ("1,499", "CHF", "de-CH"),
        (",500", "KWD", "en"),
        ("1.2.3", "EUR", "fr"),
    ],
)
def test_three_digits_behind_another_mark_may_be_thousands(
    typed: str, currency: str, language: str
) -> None:
    with pytest.raises(InvalidInput, match="Write it like"):
        read_amount(typed, currency, language)


def test_lakhs_are_a_typing_error_where_thousands_are_written() -> None:
    with pytest.raises(InvalidInput, match=r"149,900\.00"):
        read_amount("1,49,900.00", "USD", "en")


def test_too_many_decimals_are_never_rounded() -> None:
    with pytest.raises(InvalidInput, match="JPY, which has no decimals"):
        read_amount("980.5", "JPY", "ja")


@pytest.mark.parametrize(
    ("currency", "language"), [("INR", "mr"), ("EUR", "de"), ("KWD", "ar"), ("JPY", "ja")]
)
def test_a_field_that_is_sent_back_as_it_was_shown_has_not_changed(
    currency: str, language: str
) -> None:
    field = AmountField(currency=currency, language=language)
    shown = field.prepare_value(149_900)
    assert field.clean(shown) == 149_900
    assert not field.has_changed(149_900, shown)
    assert not field.has_changed(149_900, format_money(from_minor(149_900, currency), language))
    assert field.has_changed(149_900, "nonsense")
    assert field.has_changed(149_900, "")
    assert not field.has_changed(None, "")
    assert decimals_of(currency) == 0 or field.has_changed(149_900, shown[:-1] + "1")
