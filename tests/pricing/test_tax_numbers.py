"""A GSTIN has the form, the state and the check character of the rules."""

import pytest

from apps.pricing.tax_numbers import clean_tax_number, fault_of_gstin, gst_state


@pytest.mark.parametrize(
    "number",
    [
        "29AAGCB7383J1Z4",
        "27AAPFU0939F1ZV",
        "29 aagcb-7383j 1z4",
        "0717UNO00157UNO",  # a body of the United Nations
        "9917CHE29001OSI",  # online services from abroad
    ],
)
def test_numbers_of_every_kind_are_taken(number: str) -> None:
    assert fault_of_gstin(clean_tax_number(number)) == ""


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("29ABC", "15 characters"),
        ("29AAGCB7383J1Z44", "15 characters"),
        ("29AAGCB73833JZ4X", "15 characters"),
        ("2AAAGCB7383J1Z4", "does not look like"),
        ("29AAGC17383J1Z4", "does not look like"),
        ("29AAGCB7383J0Z4", "does not look like"),
        ("00AAGCB7383J1Z4", "code of a state"),
        ("39AAGCB7383J1Z4", "code of a state"),
        ("29AAGCB7383J1Z5", "last character"),
        ("27AAGCB7383J1Z4", "last character"),
        ("92AAGCB7383J1Z4", "code of a state"),
        ("29AAGBC7383J1Z4", "last character"),  # two letters exchanged
    ],
)
def test_what_breaks_a_rule_is_named(number: str, words: str) -> None:
    assert words in fault_of_gstin(clean_tax_number(number))


def test_a_number_of_another_state_is_named() -> None:
    assert "Maharashtra begins with 27" in fault_of_gstin("29AAGCB7383J1Z4", region="MH")
    assert fault_of_gstin("29AAGCB7383J1Z4", region="Karnataka") == ""
    assert fault_of_gstin("29AAGCB7383J1Z4") == ""
    assert fault_of_gstin("9917CHE29001OSI", region="KA") == ""


def test_a_state_has_the_code_of_today() -> None:
    states = ["KA", "Andhra Pradesh", "Daman", "JK", "Atlantis", ""]
    assert [gst_state(state) for state in states] == ["29", "37", "26", "01", "", ""]
