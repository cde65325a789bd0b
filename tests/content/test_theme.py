from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DataError
from hypothesis import given
from hypothesis import strategies as st

from apps.content import services
from apps.content.errors import InvalidTheme
from apps.content.models import Theme
from apps.content.theme import contrast, css_for, ink_on, readable_on
from apps.pictures.documents import KeptPicture
from apps.pictures.preparing import prepare_picture
from apps.pictures.services import keep_picture
from tests.pictures.making import encoded, plain

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
def test_nonsense_is_no_colour(in_store: Any, brand: str) -> None:
    with pytest.raises(InvalidTheme) as refused:
        services.save_theme(values={"brand": brand})
    assert "brand" in refused.value.fields


def refuse(*args: Any, **kwargs: Any) -> None:
    raise DataError("the database says no")


def test_a_kept_logo_waits_again_when_the_theme_is_not_saved(
    in_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = keep_picture(prepare_picture(encoded(plain(), "PNG")), folder="theme", name="logo.png")
    with monkeypatch.context() as broken:
        broken.setattr(Theme, "save", refuse)
        with pytest.raises(DataError):
            services.save_theme(values={"logo": kept.token})
    assert KeptPicture.objects.get().token == kept.token

    assert services.save_theme(values={"logo": kept.token}).logo.name == kept.file
    assert not KeptPicture.objects.exists()


def test_an_uploaded_logo_leaves_no_file_when_the_theme_is_not_saved(
    in_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    save = default_storage.save
    monkeypatch.setattr(
        default_storage,
        "save",
        lambda *args, **kwargs: written.append(save(*args, **kwargs)) or written[-1],
    )
    monkeypatch.setattr(Theme, "save", refuse)
    upload = ContentFile(encoded(plain(), "PNG").read(), name="logo.png")
    with pytest.raises(DataError):
        services.save_theme(values={"logo": upload})
    assert written
    assert not [name for name in written if default_storage.exists(name)]
