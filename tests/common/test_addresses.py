"""Addresses as countries write them: what is needed, what is tidied, what is refused, how they are printed."""

from typing import Any

import pytest

from apps.common.addresses import (
    NotPhone,
    address_format,
    address_line,
    address_lines,
    check_address,
    clean_phone,
    show_phone,
)
from apps.common.addresses.google import country_row
from apps.common.addresses.postal_codes import tidy_postal_code
from apps.common.places import country_choices

INDIA = {
    "name": "Asha Rao", "line1": "12 MG Road", "line2": "", "city": "Bengaluru", "region": "KA", "postal_code": "560001",
    "country": "IN", "phone": "",
}  # fmt: skip
COUNTRIES = [code for code, _name in country_choices()]


def check(**changes: Any) -> tuple[dict[str, str], dict[str, list[str]]]:
    errors: dict[str, list[str]] = {}
    return check_address({**INDIA, **changes}, errors=errors), errors


@pytest.mark.parametrize(
    ("country", "typed", "code"),
    [("DE", "D-10115", "10115"), ("DE", "DE 10115", "10115"), ("CH", "CH-8001", "8001"), ("AT", "A-1010", "1010"),
     ("LI", "FL-9490", "9490"), ("SE", "SE-11455", "114 55"), ("FR", "F-75 001", "75001"), ("LV", "1073", "LV-1073"),
     ("JP", "〒104-0061", "104-0061"), ("JP", "１０４－００６１", "104-0061"), ("JP", "1040061", "104-0061"),
     ("IN", "५६०००१", "560001"), ("IN", "560-001", "560001"), ("IN", "560 001", "560001"), ("IN", "PIN: 560001", "560001"),
     ("GB", "GIR0AA", "GIR 0AA"), ("GB", "sw1a1aa", "SW1A 1AA"), ("CA", "K1A-0B1", "K1A 0B1"), ("CA", "k1a0b1", "K1A 0B1"),
     ("US", "94105 1234", "94105-1234"), ("US", "941051234", "94105-1234"), ("US", "94105", "94105"),
     ("NL", "1011ab", "1011 AB"), ("BR", "01310100", "01310-100"), ("PL", "00950", "00-950"), ("IE", "a65f4e2", "A65 F4E2"),
     ("QA", "12345", "12345"), ("AD", "500", "AD500"), ("PT", "1250096", "1250-096"),
     # with the country, the word for it, or the region
     ("US", "CA 94105", "94105"), ("US", "CA94105", "94105"), ("US", "California, 94105-1234", "94105-1234"),
     ("US", "94105 CA", "94105"), ("US", "USA 94105", "94105"), ("IN", "IN 560001", "560001"), ("IN", "IND-560001", "560001"),
     ("IN", "KA 560001", "560001"), ("IN", "पिन: ५६०००१", "560001"), ("IN", "PIN no. (560 001)", "560001"),
     ("IN", "Karnataka - 560001", "560001"), ("NL", "NL-1012 AB", "1012 AB"), ("NL", "1012ab", "1012 AB"),
     ("LU", "L-1234", "1234"), ("DE", "D 10115", "10115"), ("DE", "PLZ 10115", "10115"), ("CA", "ON k1a0b1", "K1A 0B1"),
     ("AU", "NSW 2000", "2000"), ("AU", "2000 NSW", "2000"), ("BR", "CEP: 01310100", "01310-100"), ("SG", "S(238823)", "238823"),
     ("MX", "C.P. 06000", "06000"), ("JP", "東京都 104-0061", "104-0061"), ("GB", "Postcode: sw1a 1aa", "SW1A 1AA")],
)  # fmt: skip
def test_a_postal_code_is_tidied_into_the_form_of_its_country(
    country: str, typed: str, code: str
) -> None:
    assert tidy_postal_code(country, typed) == code
    assert tidy_postal_code(country, code) == code


@pytest.mark.parametrize(
    ("country", "typed"),
    [("IN", "060001"), ("IN", "56000"), ("US", "9410"), ("US", "94105-12"), ("GB", "12345"), ("GB", "GIR 0AAX"),
     ("DE", "1011"), ("JP", "104-006"), ("CA", "Z1A 0B1"), ("NL", "1011"), ("US", "XX 94105"), ("IN", "1560001"),
     ("NL", "1012 ABX"), ("IN", "Bengaluru 560001"), ("DE", "FR-10115"), ("GB", "M 1 1AAX"), ("US", "94105-12 CA")],
)  # fmt: skip
def test_what_is_no_postal_code_there_is_none(country: str, typed: str) -> None:
    assert tidy_postal_code(country, typed) is None


def test_a_region_in_front_of_the_code_is_the_address_s_own() -> None:
    us = {"country": "US", "city": "San Francisco", "postal_code": "CA 94105"}
    assert check(**us, region="California")[0]["postal_code"] == "94105"
    _clean, errors = check(**us, region="NY")
    assert errors == {"postal_code": ["This is not a ZIP code of United States, such as 95014."]}


def test_a_code_is_as_long_as_its_column_at_most() -> None:
    assert not check(country="QA", region="", postal_code="x" * 20)[1]
    assert set(check(country="QA", region="", postal_code="x" * 21)[1]) == {"postal_code"}


def test_every_example_of_the_data_is_taken_as_it_stands() -> None:
    for country in COUNTRIES:
        for example in str(country_row(country).get("zipex", "")).split(","):
            assert tidy_postal_code(country, example) == example, country


def test_every_country_prints_all_it_is_given_and_needs_what_it_prints() -> None:
    parts = {
        "name": "Nnn",
        "line1": "Aaa 1",
        "line2": "Bbb 2",
        "city": "Ccc",
        "region": "Some Part",
        "postal_code": "Zzz",
    }
    for country in COUNTRIES:
        form = address_format(country)
        printed = " | ".join(address_lines({**parts, "country": country}))
        assert all(part in printed for part in parts.values()), country
        assert form.required <= {"name", "line1", "country", *form.used}
        assert all(form.label(name) for name in ("city", "region", "postal_code"))
        lines = address_lines({"name": "Nnn", "line1": "Aaa 1", "country": country})
        assert all(line == line.strip(" ,-") for line in lines), country


@pytest.mark.parametrize("country", ["QA", "AE", "HK", "IE"])
def test_a_country_without_postal_codes_asks_for_none(country: str) -> None:
    assert "postal_code" not in address_format(country).required


def test_words_are_those_of_the_country() -> None:
    labels = {
        code: address_format(code).label("postal_code") for code in ("IN", "US", "GB", "IE", "DE")
    }
    assert labels == {
        "IN": "PIN code",
        "US": "ZIP code",
        "GB": "Postcode",
        "IE": "Eircode",
        "DE": "Postal code",
    }
    regions = {
        code: address_format(code).label("region") for code in ("IN", "JP", "AE", "CA", "IE")
    }
    assert regions == {
        "IN": "State",
        "JP": "Prefecture",
        "AE": "Emirate",
        "CA": "Province or territory",
        "IE": "County",
    }


def test_an_address_comes_back_in_its_normal_form_and_passes_again_unchanged() -> None:
    typed = {
        "name": "സുരേഷ്\u00a0കുമാര്\u200d", "line1": " 12\u3000MG Road", "region": "karnataka", "postal_code": "५६० ००१",
        "country": "india", "phone": "०९८४५० १२३४५",
    }  # fmt: skip
    clean, errors = check(**typed)

    assert errors == {}
    assert clean["name"] == "സുരേഷ് കുമാര്\u200d"
    assert clean == {
        **INDIA, "name": clean["name"], "line1": "12 MG Road", "region": "KA", "phone": "+919845012345",
    }  # fmt: skip
    assert check(**clean) == (clean, {})


def test_a_japanese_address_as_a_japanese_keyboard_types_it() -> None:
    clean, errors = check(
        name="山田\u3000太郎", line1="銀座１－２－３\u3000第二ビル", city="中央区", region="東京都",
        postal_code="〒１０４－００６１", country="JP",
    )  # fmt: skip

    assert errors == {}
    assert (clean["name"], clean["region"], clean["postal_code"]) == ("山田 太郎", "13", "104-0061")


@pytest.mark.parametrize("region", ["Karnatka", "CA", "Bayern", "XX"])
def test_an_unknown_region_is_an_error_of_its_field(region: str) -> None:
    _clean, errors = check(region=region)

    assert set(errors) == {"region"}
    assert "no state of India" in errors["region"][0]


def test_a_region_of_a_country_without_a_list_is_any_text() -> None:
    clean, errors = check(country="DE", postal_code="10115", region="Land  Berlin")

    assert errors == {}
    assert clean["region"] == "Land Berlin"


@pytest.mark.parametrize(
    ("pin", "region"),
    [
        ("110001", "KA"),
        ("560001", "DL"),
        ("500001", "AP"),
        ("700001", "MH"),
        ("400001", "Goa"),
        ("744101", "WB"),
    ],
)
def test_a_pin_code_of_another_state_is_refused(pin: str, region: str) -> None:
    _clean, errors = check(postal_code=pin, region=region)

    assert set(errors) == {"postal_code"}
    assert errors["postal_code"][0].startswith(f"PIN code {pin} is in ")


@pytest.mark.parametrize(
    ("country", "code", "region", "is_right"),
    [
        ("US", "94105", "CA", True), ("US", "94105", "New York", False), ("US", "10001-1234", "NY", True),
        ("US", "06390", "NY", True), ("US", "42223", "TN", True), ("US", "42223", "KY", True),
        ("US", "09012", "AP", True), ("US", "09012", "CA", False), ("US", "00901", "PR", True),
        ("CA", "K1A 0B1", "ON", True), ("CA", "H2X 1Y4", "ON", False), ("CA", "X0E 1A0", "NT", True),
        ("CA", "X0A 0H0", "NU", True), ("CA", "X0A 0H0", "NT", False),
    ],
)  # fmt: skip
def test_a_code_of_another_state_or_province_is_refused(
    country: str, code: str, region: str, is_right: bool
) -> None:
    city = {"name": "A", "line1": "1 Road", "city": "B", "phone": ""}
    _clean, errors = check(**city, country=country, postal_code=code, region=region)
    assert set(errors) == (set() if is_right else {"postal_code"})


@pytest.mark.parametrize(
    ("pin", "region"),
    [("194101", "Ladakh"), ("194101", "JK"), ("673310", "PY"), ("673310", "KL"), ("533464", "Puducherry"),
     ("160055", "PB"), ("160055", "CH"), ("396210", "DH"), ("403001", "GA"), ("781029", "ML"), ("900056", "UP"),
     ("682555", "LD"), ("110025", "UP"), ("737101", "SK"), ("504001", "TS"), ("247667", "UK")],
)  # fmt: skip
def test_a_pin_code_near_a_border_is_taken_on_both_sides(pin: str, region: str) -> None:
    assert check(postal_code=pin, region=region)[1] == {}


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        ({**INDIA, "line2": "Flat 3"}, ["Asha Rao", "12 MG Road", "Flat 3", "Bengaluru 560001", "Karnataka", "India"]),
        ({**INDIA, "region": "Maharashtra", "city": "Mumbai", "postal_code": "400001"},
         ["Asha Rao", "12 MG Road", "Mumbai 400001", "Maharashtra", "India"]),
        ({**INDIA, "region": "Elsewhere"}, ["Asha Rao", "12 MG Road", "Bengaluru 560001", "Elsewhere", "India"]),
        ({"name": "Ann", "line1": "1 Main St", "city": "Boulder", "region": "Colorado", "postal_code": "80302", "country": "US"},
         ["Ann", "1 Main St", "Boulder, CO 80302", "United States"]),
        ({"name": "Ann", "line1": "1 Main St", "city": "Boulder", "postal_code": "80302", "country": "US"},
         ["Ann", "1 Main St", "Boulder 80302", "United States"]),
        ({"name": "Jo", "line1": "Torstr. 1", "city": "Berlin", "postal_code": "10115", "country": "DE"},
         ["Jo", "Torstr. 1", "10115 Berlin", "Germany"]),
        ({"name": "山田 太郎", "line1": "銀座1-2-3", "city": "中央区", "region": "13", "postal_code": "104-0061", "country": "JP"},
         ["〒104-0061", "東京都中央区", "銀座1-2-3", "山田 太郎", "Japan"]),
        ({"name": "Taro", "line1": "1-2-3 Ginza", "city": "Chuo-ku", "region": "13", "postal_code": "104-0061", "country": "JP"},
         ["Taro", "1-2-3 Ginza, Chuo-ku", "Tokyo 104-0061", "Japan"]),
        ({"name": "Li", "line1": "1 Way", "city": "Singapore", "postal_code": "018956", "country": "SG"},
         ["Li", "1 Way", "SINGAPORE 018956", "Singapore"]),
        ({"name": "Al", "line1": "Rue 1 Plateau", "city": "Abidjan 01", "country": "CI"},
         ["Al", "Rue 1 Plateau", "Abidjan 01", "Côte d’Ivoire"]),
        ({"name": "An", "line1": "1 Road", "city": "Pago Pago", "postal_code": "96799", "country": "AS"},
         ["An", "1 Road", "Pago Pago AS 96799", "American Samoa"]),
        ({}, []),
    ],
)  # fmt: skip
def test_an_address_is_printed_in_the_order_of_its_country(
    address: dict[str, str], lines: list[str]
) -> None:
    assert address_lines(address) == lines


def test_an_address_speaks_the_language_of_the_reader() -> None:
    assert address_lines(INDIA, "hi")[-2:] == ["कर्नाटक", "भारत"]
    assert address_line(INDIA) == "12 MG Road, Bengaluru 560001, Karnataka, India"


@pytest.mark.parametrize(
    ("typed", "country", "phone"),
    [("98450 12345", "IN", "+919845012345"), ("९८४५० १२३४५", "IN", "+919845012345"),
     ("０３－１２３４－５６７８", "JP", "+81312345678"), ("+1 415 555 2671", "IN", "+14155552671"), ("", "IN", ""),
     ("+91 80 2345 6789 ext 12", "IN", "+918023456789;ext=12"), ("080 23456789 x12", "IN", "+918023456789;ext=12"),
     ("+918023456789;ext=12", "", "+918023456789;ext=12")],
)  # fmt: skip
def test_a_phone_number_keeps_all_its_digits(typed: str, country: str, phone: str) -> None:
    assert clean_phone(typed, country) == phone
    assert clean_phone(phone, "") == phone
    assert len(phone) <= 32


@pytest.mark.parametrize(
    "typed",
    ["12345", "call me", "+91 12345", "9845012345 / 9845012346", "9845012345 ext 12345678901"],
)
def test_what_is_no_phone_number_is_refused(typed: str) -> None:
    with pytest.raises(NotPhone):
        clean_phone(typed, "IN")


def test_the_example_in_a_refusal_is_of_the_country() -> None:
    with pytest.raises(NotPhone, match=r"\+91 "):
        clean_phone("12", "IN")
    with pytest.raises(NotPhone, match=r"\+974 "):
        clean_phone("12", "QA")
    with pytest.raises(NotPhone, match="country's code"):
        clean_phone("12", "")


def test_a_kept_number_is_shown_as_people_read_it() -> None:
    assert show_phone("+918023456789;ext=12") == "+91 80 2345 6789 ext. 12"
    assert show_phone("what it was") == "what it was"
