import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.content import services
from apps.content.errors import InvalidTheme
from apps.content.theme import contrast, css_for, ink_on, readable_on

colours = st.from_regex(r"\A#[0-9a-f]{6}\Z")


def test_contrast_is_what_wcag_says() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@given(colours)
def test_words_on_any_brand_colour_meet_aa(brand: str) -> None:
    assert contrast(ink_on(brand), brand) >= 4.5


@given(colours, st.sampled_from(["#ffffff", "#121416"]))
def test_a_brand_colour_as_text_is_moved_until_it_reads(brand: str, paper: str) -> None:
    assert contrast(readable_on(brand, paper), paper) >= 4.5


def test_a_colour_that_reads_already_is_kept() -> None:
    assert readable_on("#1f4d3a", "#ffffff") == "#1f4d3a"


def test_the_css_holds_only_custom_properties() -> None:
    css = css_for(brand="#1f4d3a", accent="#b4471f", fonts="classic", radius=4)
    assert css.startswith("@layer theme {")
    assert "url(" not in css
    assert "<" not in css


@pytest.mark.parametrize("brand", ["red", "#12345", "#1f4d3a;}body{display:none", "", "#GGGGGG"])
def test_nonsense_is_no_colour(in_store, brand: str) -> None:
    with pytest.raises(InvalidTheme) as refused:
        services.save_theme(values={"brand": brand})
    assert "brand" in refused.value.fields
