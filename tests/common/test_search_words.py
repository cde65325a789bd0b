"""The words of index and query: common spellings of a word are one, other words stay apart."""

import pytest

from apps.common.search_words import LONGEST_WORD, search_words


@pytest.mark.parametrize(
    "spellings",
    [
        "हिंदी हिन्दी",
        "चाँदी चांदी चान्दी",
        "रंग रङ्ग",
        "पंप पम्प",
        "अंडा अण्डा",
        "कुर्ता कुरता कुर्\u200dता कुर\u094d\u200cता",
        "कॉफ़ी कॉफी काफी काफ़ी",
        "क़हवा क\u093cहवा कहवा",
        "বাংলা বাঙলা বাঙ্লা",
        "চাঁদ চাদ",
        "বাড়ি বাড\u09bcি",
        "காஃபி காபி",
        "கொ க\u0bc6\u0bbe",
        "ਪੰਜਾਬੀ ਪਂਜਾਬੀ",
        "അംഗം അങ്ഗം",
        "Café CAFE cafe\u0301",
        "१० 10",
    ],
)
def test_spellings_are_one_word(spellings: str) -> None:
    assert len({tuple(search_words(one)) for one in spellings.split(" ")}) == 1


@pytest.mark.parametrize("words", ["चाय चाट", "மசாலா மசால்", "দাম দম", "तेल ताल", "தேநீர் தேன்", "पति पत्ती"])
def test_other_words_stay_apart(words: str) -> None:
    assert len(set(search_words(words))) == 2


def test_words_are_whole_and_in_their_order() -> None:
    assert search_words("मसाला-चाय (250 g)") == ["मसाला", "चाय", "250", "g"]
    assert search_words("தேநீர் பொடி") == ["தேநீர்", "பொடி"]
    assert search_words("!?") == []
    assert search_words("x" * 99) == ["x" * LONGEST_WORD]
