"""Parts of addresses: letters of any script, one form, never cut inside a character."""

import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common.slugs import (
    bare_slug,
    clean_slug,
    numbered,
    short_name_of,
    slug_key,
    slug_of,
    spelled_slug,
)
from apps.common.text import NotText


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("मसाला चाय", "मसाला-चाय"),
        ("ശ്രീ ചായ", "ശ്രീ-ചായ"),
        ("Crème Brûlée", "creme-brulee"),
        (unicodedata.normalize("NFD", "Crème Brûlée"), "creme-brulee"),
        ("Straße", "strasse"),
        ("Smørrebrød & Đậu", "smorrebrod-dau"),
        ("L’Oréal Men's", "loreal-mens"),
        ("गु\u095c १०", "गु\u0921\u093c-10"),
        ("Чай ёлка", "чай-ёлка"),
        ("कुमार्\u200d चाय", "कुमार्-चाय"),
        ("北京 茶", "北京-茶"),
        ("T-Shirt_2", "t-shirt-2"),
        ("น้ำ ชา", "น้ำ-ชา"),
        ("ນ້ຳ", "ນ້ຳ"),
        ("ໜັງສື", "ໜັງສື"),
        ("երևան", "երևան"),
        ("ㅋㅋ 티", "ㅋㅋ-티"),
        ("ﺷﺎﻱ", "شاي"),
        ("ｍｕｇ ﬁne ①", "mug-fine-1"),
        ("🎁", ""),
        ("—", ""),
        ("\u094d क", "क"),
    ],
)
def test_a_slug_of_a_title(title: str, slug: str) -> None:
    assert slug_of(title) == slug


@pytest.mark.parametrize(
    ("title", "spelled"),
    [
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("ශ්\u200dරී ලංකා", "ශ්\u200dරී-ලංකා"),
        ("കുമാര്\u200d ചായ", "കുമാര്\u200d-ചായ"),
        ("चाय क्\u200cष 2", "चाय-क्\u200cष-2"),
        ("मसाला चाय", ""),
        ("tea\u200dpot", ""),
        ("علی\u200c", ""),
        ("\u200cچای", ""),
        ("👩\u200d🍳", ""),
        ("ශ්\u200d\u200dරී", "ශ්\u200dරී"),
    ],
)
def test_links_write_the_joiners_that_belong_to_the_spelling(title: str, spelled: str) -> None:
    slug = slug_of(title)
    assert "\u200c" not in slug
    assert "\u200d" not in slug
    assert spelled_slug(slug, title) == spelled
    if spelled:
        assert slug_key(spelled) == slug_key(quote(spelled)) == bare_slug(spelled) == slug
        assert spelled_slug(numbered(slug, 2), title) == numbered(spelled, 2)
        assert spelled_slug(slug, "", spelled) == spelled
        assert spelled_slug(slug, "another") == ""


def test_every_script_in_latin_letters_where_a_store_wants_it() -> None:
    assert slug_of("मसाला चाय", latin=True) == "msala-cay"
    assert slug_of("北京 茶", latin=True) == "beijing-cha"
    assert slug_of("Чай", latin=True) == "chay"


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("मसाला-चाय", "मसाला-चाय"),
        ("Mein-Tee", "mein-tee"),
        (unicodedata.normalize("NFD", "crème-brûlée"), "creme-brulee"),
        (quote("मसाला-चाय"), "मसाला-चाय"),
        ("old_style-1", "old_style-1"),
        ("", ""),
    ],
)
def test_a_chosen_slug_takes_its_one_form(typed: str, slug: str) -> None:
    assert clean_slug(typed) == slug
    assert slug_key(typed) == slug


@pytest.mark.parametrize(
    "typed", ["two words", "a--b", "-a", "a-", "a/b", "a.b", "½!", "\u093e-क", "x" * 121]
)
def test_what_can_not_be_a_slug_is_refused(typed: str) -> None:
    with pytest.raises(NotText):
        clean_slug(typed)


def test_a_long_slug_is_cut_between_words_and_before_its_number() -> None:
    title = "क्ष" * 200
    slug = slug_of(title)
    assert len(slug) == 120
    assert slug.endswith("क्ष")
    assert len(numbered(slug, 2)) <= 120
    assert numbered(slug, 2).endswith("क्ष-2")
    words = slug_of("handmade clay cup " * 20)
    assert words.endswith(("-handmade", "-clay", "-cup"))
    assert len(numbered("x" * 120, 500)) == 120


@pytest.mark.parametrize("letters", ["क्" * 100, "ก" + "\u0e48" * 140, "क्ष" * 100 + " चाय"])
def test_a_character_that_is_longer_than_a_slug_is_cut_and_not_left_out(letters: str) -> None:
    slug = slug_of(letters)
    assert len(slug) == 120
    assert clean_slug(slug) == slug
    second = numbered(slug, 2)
    assert second == f"{slug[: len(second) - 2]}-2"
    assert len(second) > 100


@pytest.mark.parametrize("word", ["น้ำ", "ນ້ຳ", "น้ํา", "นํ้า"])
def test_am_is_one_letter_however_a_program_spells_it(word: str) -> None:
    assert slug_key(unicodedata.normalize("NFKC", word)) == slug_of(word)
    assert "\u0e33" in slug_of(word) or "\u0eb3" in slug_of(word)
    assert slug_key(quote(unicodedata.normalize("NFKC", word))) == slug_of(word)


def test_a_short_name_has_only_what_a_host_may_have() -> None:
    assert short_name_of("चाय की दुकान", most=40) == "cay-ki-dukan"
    assert short_name_of("Café_Über & Söhne", most=40) == "cafe-uber-sohne"
    assert len(short_name_of("Very long name " * 9, most=40)) <= 40
    assert short_name_of("!!!", most=40) == ""


@given(st.text(max_size=300))
def test_what_we_make_we_accept(title: str) -> None:
    for latin in (False, True):
        slug = slug_of(title, latin=latin)
        assert clean_slug(slug) == slug == slug_key(slug)
        assert slug_key(quote(slug)) == slug
        assert slug_key(spelled_slug(slug, title) or slug) == slug
        assert slug_key(unicodedata.normalize("NFD", slug)) == slug
        if slug:
            assert clean_slug(numbered(slug, 12)) == numbered(slug, 12)
