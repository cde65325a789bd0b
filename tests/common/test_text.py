"""One normal form for text, whatever keyboard it came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common.text import (
    NotText,
    clean_block,
    clean_code,
    clean_line,
    fold,
    fold_code,
    has_letter,
    line_of,
    words_of,
)

JOINED = [
    "സുരേഷ് കുമാര്\u200d",  # Malayalam, at the end of the word
    "र्\u200dयेवाडी",  # Marathi
    "علی\u200cرضا",  # Persian
    "ශ්\u200dරී",  # Sinhala
    "👩\u200d🌾 Farm",  # an emoji of two
    "葛\U000e0100城",  # a Japanese name with the variant of its character
    "র\u200d\u09cd\u09afাব",  # Bengali, the joiner before the virama
    "ខ្មែ\u200cរ",  # Khmer
    "ᠮᠣᠩᠭᠣᠯ ᠤᠯᠤᠰ\u180eᠠ",  # Mongolian, with its vowel separator
    "❤️\u200d🔥",  # an emoji behind a selector
    "🏳️\u200d🌈 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f 1️⃣",
]


@pytest.mark.parametrize("name", JOINED)
def test_joiners_and_variants_that_are_part_of_the_spelling_are_kept(name: str) -> None:
    assert clean_line(name) == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("山田\u3000太郎", "山田 太郎"),
        ("12\u00a0Rue\u202fde la Paix", "12 Rue de la Paix"),
        ("  two \t words ", "two words"),
        ("one\u2028two\nthree", "one two three"),
        ("so\u00adft", "soft"),
        ("\u200fعلي\u202c", "علي"),
        ("\u202eevil", "evil"),
        ("ab\u200d-x\u200b", "ab-x"),
        ("山\u200d田", "山田"),
        ("क\u200d\u200dख", "क\u200dख"),
        ("👩\u200d", "👩"),
        ("ab\ufe0f-1\ufe0f", "ab-1"),
        ("🏴\U000e0068\U000e0069 hidden", "🏴 hidden"),
        ("a\U000e0061\U000e0062b", "ab"),
        ("a\ufffcb\ufdd0\U0001ffff", "ab"),
        ("Rose\u0301", "Rosé"),
        ("\u095c", "\u0921\u093c"),
        ("", ""),
        (None, ""),
        ("   ", ""),
    ],
)
def test_a_line_has_one_normal_form(typed: str | None, kept: str) -> None:
    assert clean_line(typed) == kept


@pytest.mark.parametrize("typed", ["\u200b", "\u3164", "\u200d\u200d", "\u202e", "\u2800\u00ad"])
def test_text_of_invisible_characters_only_is_refused(typed: str) -> None:
    for clean in (clean_line, clean_block, clean_code):
        with pytest.raises(NotText, match="no visible"):
            clean(typed)


@pytest.mark.parametrize("typed", ["a\x00b", "a\x1bb", "\ud800", 7, ["x"], b"x", True])
def test_what_is_no_text_is_refused(typed: object) -> None:
    for clean in (clean_line, clean_block, clean_code):
        with pytest.raises(NotText):
            clean(typed)


def test_a_block_keeps_its_lines() -> None:
    assert clean_block(" one\r\ntwo\u2028three\u2029four\tfive ") == "one\ntwo\nthree\n\nfour five"


def test_what_another_program_says_is_never_refused() -> None:
    assert line_of("card\x00 declined\r\nBcc: x") == "card declined Bcc: x"
    assert line_of("കുമാര്\u200d", most=7) == "കുമാര്\u200d"
    assert line_of("\u200b") == line_of(None) == ""
    assert line_of("नमस्ते", most=5) == "नम"


def test_a_text_that_is_too_long_says_the_limit() -> None:
    assert clean_line("x" * 5, most=5) == "x" * 5
    with pytest.raises(NotText, match="At most 5 characters"):
        clean_line("x" * 6, most=5)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("１０４－００６１", "104-0061"),
        ("１０４ー００６１", "104-0061"),
        ("५६०००१", "560001"),
        ("ＡＢ\u200d－１", "AB-1"),
        ("K1A–0B1", "K1A-0B1"),
        (" ab  cd ", "ab cd"),
    ],
)
def test_a_code_has_ascii_digits_and_hyphens(typed: str, kept: str) -> None:
    assert clean_code(typed) == kept


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Crème Brûlée", "creme brulee"),
        ("İzmir", "izmir"),
        ("IZMIR", "ızmir"),
        ("ĪḌLĪ", "idli"),
        ("गु\u095c", "गु\u0921\u093c"),
        ("कुर्\u200dता", "कुर्ता"),
        ("Straße", "STRASSE"),
        ("ΌΣΟΣ", "όσος"),
        ("Smørrebrød", "smorrebrod"),
        ("ｶﾌｪ", "カフェ"),
        ("१२३", "123"),
        ("क\u093cहवा", "कहवा"),
        ("أحمد", "احمد"),
        ("علی", "علي"),
        ("葛\U000e0100城", "葛城"),
        ("Đà Nẵng", "da nang"),
        ("കുമാർ", "കുമാര്\u200d"),
        ("അവൻ വാങ്ങൽ", "അവന് വാങ്ങല്"),
        ("হঠাৎ", "হঠাত্\u200d"),
        ("가", "\u1100\u1161"),
    ],
)
def test_folded_texts_are_equal(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("दाल", "दिल"), ("か", "が"), ("चाय", "चय")])
def test_letters_and_vowel_signs_are_told_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_codes_are_compared_without_case() -> None:
    assert fold_code("ab-x\u200b") == fold_code("AB－X\ufe0f") == fold_code("ab–x")
    assert fold_code("Straße-१") == "strasse-1"


def test_words_end_where_neither_letter_nor_mark_nor_digit_follows() -> None:
    assert words_of("मसाला-चाय (250 g)") == ["मसाला", "चाय", "250", "g"]
    assert words_of("L’Oréal men's") == ["loreal", "mens"]


@pytest.mark.parametrize(
    ("text", "has"), [("चाय", True), ("501", True), ("…!", False), ("🎁", False)]
)
def test_a_letter_or_a_digit_of_any_script(text: str, has: bool) -> None:
    assert has_letter(text) is has


@given(st.text())
def test_every_normal_form_is_stable(text: str) -> None:
    for clean in (clean_line, clean_block, clean_code):
        try:
            once = clean(text)
        except NotText:
            continue
        assert clean(once) == once
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(max_codepoint=127)))
def test_words_of_ascii_are_those_beside_other_letters(text: str) -> None:
    assert words_of(text) == words_of(f"{text} é")[:-1]
