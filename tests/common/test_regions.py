"""One region, however it is written: by code, by name, by tax office, by shop, by script."""

import pytest

from apps.common.addresses import (
    check_address,
    check_region,
    find_country,
    find_region,
    has_regions,
    list_regions,
    region_choices,
    region_key,
    region_name,
    unknown_region,
)
from apps.common.addresses.countries import CONTINENTS
from apps.common.places import country_choices

SPELLINGS = {
    ("IN", "KA"): ["KA", "ka", "Karnataka", "karnataka ", "IN-KA", "IN KA", "29", "२९", "Karnātaka", "ಕರ್ನಾಟಕ", "कर्नाटक",
                   "ＫＡ", "State of Karnataka", "Karnataka (KA)", "Karnataka (29)", "29-Karnataka", "KA: Karnataka", "Karnataka（ＫＡ）"],
    ("IN", "MH"): ["Mahārāshtra", "Maharashtra", "27", "महाराष्ट्र", "IN-MH"],
    ("IN", "OD"): ["Orissa", "OR", "OD", "IN-OR", "21", "Odisha"],
    ("IN", "TS"): ["TG", "TS", "Telangana", "36", "తెలంగాణ"],
    ("IN", "UK"): ["UT", "Uttaranchal", "Uttarakhand", "05", "5"],
    ("IN", "CG"): ["CT", "CG", "Chhattisgarh", "Chattisgarh", "22"],
    ("IN", "DL"): ["New Delhi", "NCT of Delhi", "Delhi (NCT)", "07", "7", "दिल्ली"],
    ("IN", "DH"): ["DN", "DD", "26", "25", "Daman & Diu", "Dadra and Nagar Haveli"],
    ("IN", "AP"): ["28", "37", "Andhra Pradesh", "andhrapradesh"],
    ("IN", "TN"): ["Tamilnadu", "Tamil Nadu", "Tamil Nādu", "தமிழ்நாடு", "33"],
    ("IN", "KL"): ["Kerala", "കേരളം", "केरल"],
    ("IN", "JK"): ["J&K", "Jammu & Kashmir", "Jammu and Kashmīr", "1"],
    ("US", "CA"): ["CA", "ca", "California", "CALIFORNIA", "US-CA", "Calif."],
    ("US", "NY"): ["N.Y.", "n y", "New York", "New York State"],
    ("US", "DC"): ["Washington, D.C.", "D.C.", "District of Columbia", "Washington, District of Columbia"],
    ("US", "WA"): ["WA", "wa", "Washington", "Washington State", "State of Washington", "Wash."],
    ("US", "RI"): ["RI", "Rhode Island", "State of Rhode Island"],
    ("IN", "GJ"): ["Gujarat, India", "GJ, IN"],
    ("US", "TX"): ["Texas, USA", "TX, United States"],
    ("CA", "ON"): ["Ont.", "ON, CA"],
    ("CA", "AB"): ["Alta."],
    ("MX", "COA"): ["Coahuila", "Coahuila de Zaragoza"],
    ("CN", "GD"): ["廣東", "廣東省", "广东", "Guangdong"],
    ("CN", "NM"): ["內蒙古自治區", "内蒙古"],
    ("TH", "10"): ["กรุงเทพ", "Bangkok"],
    ("AU", "WA"): ["WA", "Western Australia"],
    ("AU", "NT"): ["NT", "Northern Territory", "The Northern Territory"],
    ("ZA", "FS"): ["FS", "Free State", "Free State Province"],
    ("PH", "QUE"): ["Quezon", "Quezon Province"],
    ("CA", "QC"): ["Québec", "Quebec", "qc", "PQ", "Que.", "Que", "Quebec, Canada"],
    ("AU", "NSW"): ["nsw", "New South Wales", "AU-NSW"],
    ("BR", "SP"): ["Sao Paulo", "São Paulo", "sp"],
    ("MX", "CMX"): ["CDMX", "Ciudad de México", "DF", "Mexico City"],
    ("JP", "13"): ["13", "JP-13", "JP13", "Tokyo", "Tōkyō", "東京都", "東京", "Tokyo-to", "とうきょうと", "とうきょう"],
    ("AE", "DU"): ["Dubai", "DU", "دبي", "Emirate of Dubai"],
    ("CN", "BJ"): ["Beijing", "北京市", "北京", "11"],
    ("KR", "11"): ["Seoul", "서울특별시", "서울"],
    ("IE", "CO"): ["Cork", "County Cork", "Co. Cork"],
    ("TW", "TPE"): ["臺北市", "台北市", "Taipei City"],
    ("PT", "30"): ["Madeira", "Região Autónoma da Madeira", "PT-30"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("country", "code", "spelling"),
    [(country, code, text) for (country, code), texts in SPELLINGS.items() for text in texts],
)
def test_every_usual_spelling_is_the_same_region(country: str, code: str, spelling: str) -> None:
    found = find_region(country, spelling)

    assert found is not None
    assert found.code == code
    assert find_region(country.lower(), spelling) == found


@pytest.mark.parametrize(
    ("country", "spelling"),
    [("IN", "Karnatka"), ("IN", ""), ("IN", "97"), ("IN", "Karnataka (MH)"), ("IN", "27-Karnataka"),
     ("US", "MO - Kansas City"), ("IN", "CA"), ("US", "KA"), ("US", "US"), ("TW", "Hsinchu"),
     ("CN", "台湾"), ("IN", "99"), ("IN", "India"), ("QA", ""),
     ("US", "Kansas City"), ("US", "Nevada City"), ("US", "Virginia City"), ("US", "Washington County"), ("US", "Delaware Co."),
     ("CA", "Quebec City"), ("XX", "KA"), ("US", "Columbia"), ("US", "The Columbia"), ("US", "Rhode"), ("US", "Virgin"),
     ("US", "City of Washington"), ("US", "Carolina"), ("CA", "Columbia"), ("CA", "Prince Edward"), ("AU", "Northern"),
     ("AU", "Australian Capital"), ("ZA", "Free"), ("PH", "Quezon City"), ("PH", "La"), ("BS", "Cat"), ("HK", "New")],
)  # fmt: skip
def test_what_is_no_region_or_could_be_two_is_unknown(country: str, spelling: str) -> None:
    assert find_region(country, spelling) is None


def test_every_region_of_every_list_is_found_by_its_code_and_its_names() -> None:
    for country, _name in country_choices():
        regions = list_regions(country)
        assert len({region.code for region in regions}) == len(regions)
        for region in regions:
            code, name = region.code, region.name
            own = (code, f"{country}-{code}", name, f"{name} ({code})", *region.names.values())
            assert {find_region(country, spelling) for spelling in own} == {region}, region


def test_countries_whose_taxes_hang_on_regions_have_a_list() -> None:
    sizes = {
        country: len(list_regions(country))
        for country in ("IN", "US", "CA", "AU", "BR", "MX", "JP")
    }

    assert sizes == {"IN": 36, "US": 62, "CA": 13, "AU": 9, "BR": 27, "MX": 32, "JP": 47}
    assert not any(has_regions(country) for country in ("DE", "GB", "FR", "QA", "SG"))


@pytest.mark.parametrize(
    ("country", "typed", "sentence"),
    [
        ("IN", "Karnatka", "Karnatka is no state of India. Did you mean Karnataka (KA)?"),
        ("US", "Columbia", "Columbia is no state of United States. Did you mean District of Columbia (DC)?"),
        ("US", "Carolina", "Carolina is no state of United States. Did you mean North Carolina (NC) or South Carolina (SC)?"),
        ("US", "Kansas City", "Kansas City is no state of United States. Choose one of the list."),
        ("IN", "Pradesh", "Pradesh is no state of India. Choose one of the list."),
        ("JP", "Tokio", "Tokio is no prefecture of Japan. Did you mean Tokyo (13)?"),
        ("CA", "Columbia", "Columbia is no province or territory of Canada. Did you mean British Columbia (BC)?"),
        ("IE", "Ulster", "Ulster is no county of Ireland. Choose one of the list."),
        ("AE", "Persia", "Persia is no emirate of United Arab Emirates. Choose one of the list."),
        ("DE", "Preussen", "Preussen is no state or region of Germany. Write its name or its code."),
    ],
)  # fmt: skip
def test_what_is_none_is_refused_in_the_countrys_word_with_what_may_be_meant(
    country: str, typed: str, sentence: str
) -> None:
    assert unknown_region(country, typed) == sentence
    if has_regions(country):
        assert check_region(country, typed) == (typed, sentence)
        errors: dict[str, list[str]] = {}
        check_address({"country": country, "region": typed}, errors=errors, needed=())
        assert errors["region"] == [sentence]


def test_choices_are_by_name_in_the_words_of_the_language() -> None:
    assert region_choices("IN")[:2] == [
        ("AN", "Andaman and Nicobar Islands"),
        ("AP", "Andhra Pradesh"),
    ]
    assert ("KA", "कर्नाटक") in region_choices("IN", "hi")
    assert region_choices("JP", "ja")[0] == ("01", "北海道")
    assert ("BC", "Colombie-Britannique") in region_choices("CA", "fr-CA")
    assert ("AZ", "Abu Dhabi") in region_choices("AE", "en")


def test_regions_are_compared_by_code_and_unknown_ones_as_text() -> None:
    assert region_key("IN", "Karnataka") == region_key("IN", "29") == "KA"
    assert region_key("DE", "Bayern") == region_key("DE", "by")
    assert region_key("GB", "Kent Island") == region_key("GB", "KENT  ISLAND")
    assert region_name("IN", "KA") == "Karnataka"
    assert region_name("IN", "Karnatka") == "Karnatka"


@pytest.mark.parametrize(
    ("spelling", "code"),
    [("IN", "IN"), ("in", "IN"), ("IND", "IN"), ("India", "IN"), ("भारत", "IN"), ("UK", "GB"), ("U.S.A.", "US"),
     ("Deutschland", "DE"), ("Côte d'Ivoire", "CI"), ("South Korea", "KR"), ("UAE", "AE"), ("日本", "JP")],
)  # fmt: skip
def test_a_country_is_known_by_code_and_name(spelling: str, code: str) -> None:
    assert find_country(spelling) == code


@pytest.mark.parametrize("spelling", ["", "XX", "EU", "Atlantis", "AQ", "ZZ", "Korea"])
def test_what_is_no_country_or_could_be_two_is_none(spelling: str) -> None:
    assert find_country(spelling) is None


def test_every_country_lies_on_one_continent() -> None:
    placed = [code for line in CONTINENTS.values() for code in line.split()]

    assert sorted(placed) == sorted(code for code, _name in country_choices())
