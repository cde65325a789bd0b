"""The one way in for pictures: which kinds are taken, that they look as they did before, and what is said of the rest."""

import io
import struct
import zlib
from typing import Any

import pytest
from django.core.files.base import ContentFile
from PIL import Image, PngImagePlugin

from apps.pictures.errors import ImageRejected
from apps.pictures.preparing import Picture, prepare_picture
from tests.pictures.making import (
    ADOBE_RGB,
    DISPLAY_P3,
    MEASURED,
    MEASURED_COLOURS,
    cmyk_profile,
    encoded,
    grey_profile,
    measured_png,
    plain,
    png,
    rgb_profile,
)
from tests.support.pixels import bands

GREEN = (60, 200, 60)


def opened(picture: Picture) -> Image.Image:
    image = Image.open(io.BytesIO(picture.main.content))
    image.load()
    return image


def colour(file: Any, at: tuple[int, int] = (1, 1)) -> Any:
    return opened(prepare_picture(file)).getpixel(at)


def near(one: Any, other: Any, by: int = 4) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def multi(kind: str, **options: Any) -> ContentFile:
    """Two pictures in one file, the second one red."""
    return encoded(
        plain(), kind, save_all=True, append_images=[plain(colour=(255, 0, 0))], **options
    )


@pytest.mark.parametrize(
    ("file", "stored"),
    [
        (encoded(plain(), "JPEG"), "jpg"),
        (multi("MPO"), "jpg"),
        (encoded(plain(), "PNG"), "png"),
        (multi("PNG"), "png"),
        (encoded(plain(), "WEBP", lossless=True), "webp"),
        (multi("WEBP", lossless=True), "webp"),
        (encoded(plain(), "GIF"), "png"),
        (multi("GIF"), "png"),
        (encoded(plain(), "HEIF", quality=95), "jpg"),
        (encoded(plain(), "AVIF", quality=95), "jpg"),
        (multi("AVIF", quality=95), "jpg"),
        (encoded(plain(), "JPEG", progressive=True), "jpg"),
        (ContentFile(encoded(plain(), "JPEG").read() + b"\0" * 100, name="x"), "jpg"),
    ],
)
def test_a_picture_of_a_kind_that_is_taken_keeps_its_looks(file: Any, stored: str) -> None:
    picture = prepare_picture(file)
    assert picture.main.extension == stored
    image = opened(picture)
    assert (image.size, image.mode) == ((60, 40), "RGB")
    assert near(image.getpixel((30, 20)), GREEN)
    assert [(w, f.width, f.extension) for w, f in picture.renditions.items()] == [(320, 60, "webp")]


def test_what_shows_through_still_does() -> None:
    clear = plain(mode="RGBA", colour=(*GREEN, 100))
    for kind in ("PNG", "HEIF", "AVIF"):
        image = opened(prepare_picture(encoded(clear, kind)))
        assert (image.format, image.mode) == ("PNG", "RGBA"), kind
        assert near(image.getpixel((1, 1)), (*GREEN, 100), by=6), kind
    palette = Image.new("P", (2, 1))
    palette.putpalette([255, 0, 0, 0, 255, 0])
    palette.putpixel((1, 0), 1)
    assert colour(encoded(palette, "PNG", transparency=b"\x80\xff"), (0, 0)) == (255, 0, 0, 128)
    assert colour(encoded(palette, "GIF", transparency=0), (0, 0))[3] == 0
    grey = plain(mode="LA", colour=(90, 10))
    assert near(colour(encoded(grey, "PNG")), (90, 90, 90, 10), by=1)
    whole = opened(prepare_picture(encoded(plain(mode="RGBA", colour=(*GREEN, 255)), "PNG")))
    assert whole.mode == "RGB"


def rows(*values: int) -> bytes:
    return b"\0" + b"".join(struct.pack(">H", value) for value in values)


def test_sixteen_bits_are_divided_not_cut_off() -> None:
    ramp = opened(prepare_picture(png(256, 1, 16, 0, rows(*(n * 257 for n in range(256))))))
    assert [bands(ramp, (x, 0))[0] for x in range(256)] == list(range(256))
    assert near(colour(png(2, 1, 16, 2, rows(0, 0, 0, 60000, 30000, 257)), (1, 0)), (234, 117, 1))
    two = png(2, 1, 16, 4, rows(30000, 65535, 30000, 32768))
    assert near(colour(two, (1, 0)), (117, 117, 117, 128))


@pytest.mark.parametrize(
    ("file", "clear"),
    [
        (png(2, 1, 16, 0, rows(0, 40000), tRNS=struct.pack(">H", 40000)), 1),
        (png(2, 1, 16, 2, rows(0, 0, 0, 40000, 9, 8), tRNS=struct.pack(">3H", 40000, 9, 8)), 1),
        (png(4, 1, 2, 0, b"\0\x1b", tRNS=b"\0\1"), 1),
        (png(2, 1, 4, 0, b"\0\x0e", tRNS=b"\0\x0e"), 1),
        (png(8, 1, 1, 0, b"\0\xbf", tRNS=b"\0\0"), 1),
        (png(2, 1, 8, 0, b"\0\x00\x50", tRNS=b"\0\x50"), 1),
    ],
)
def test_a_transparent_colour_is_found_at_every_depth(file: Any, clear: int) -> None:
    image = opened(prepare_picture(file))
    assert image.mode == "RGBA"
    assert [bands(image, (x, 0))[3] for x in range(2)] == [
        0 if x == clear else 255 for x in range(2)
    ]


def test_black_and_white_of_one_bit() -> None:
    assert colour(encoded(plain(mode="1", colour=1), "PNG")) == (255, 255, 255)


def named_png(primaries: int, curve: int, **options: Any) -> ContentFile:
    """A PNG with a `cICP` chunk."""
    content = encoded(plain(), "PNG", **options).read()
    place = content.index(b"IDAT") - 4
    body = b"cICP" + bytes([primaries, curve, 0, 1])
    chunk = struct.pack(">I", 4) + body + struct.pack(">I", zlib.crc32(body))
    return ContentFile(content[:place] + chunk + content[place:])


def named_avif(primaries: int, curve: int) -> ContentFile:
    content = encoded(plain(), "AVIF", quality=98).read()
    place = content.index(b"colrnclx") + 8
    named = struct.pack(">HH", primaries, curve)
    return ContentFile(content[:place] + named + content[place + 4 :])


NAMES = {"color_primaries": 12, "transfer_characteristics": 13}


@pytest.mark.parametrize(
    ("file", "seen"),
    [
        (named_png(12, 13), (0, 203, 11)),
        (named_png(12, 13, icc_profile=rgb_profile(ADOBE_RGB)), (0, 203, 11)),
        (named_png(1, 13), (60, 200, 60)),
        (named_png(12, 16), (60, 200, 60)),
        (named_png(9, 1), (0, 208, 0)),
        (encoded(plain(), "HEIF", quality=98, **NAMES), (0, 203, 11)),
        (encoded(plain(), "HEIF", quality=98, icc_profile=rgb_profile(ADOBE_RGB), **NAMES), (0, 201, 37)),
        (named_avif(12, 13), (0, 203, 11)),
        (named_avif(1, 13), (60, 200, 60)),
    ],
)  # fmt: skip
def test_colours_that_a_file_only_names_are_used(file: Any, seen: tuple[int, ...]) -> None:
    """Display P3 and BT.2020 by their numbers of H.273; sRGB's own and HDR stay as they are."""
    assert near(colour(file), seen, by=8)


@pytest.mark.parametrize(
    ("file", "seen"),
    [
        (encoded(plain(), "PNG", icc_profile=rgb_profile(ADOBE_RGB)), (0, 201, 37)),
        (encoded(plain(), "PNG", icc_profile=rgb_profile(DISPLAY_P3, gamma=2.2)), (0, 205, 0)),
        (encoded(plain(), "JPEG", quality=98, icc_profile=rgb_profile(ADOBE_RGB)), (0, 201, 37)),
        (encoded(plain(), "WEBP", lossless=True, icc_profile=rgb_profile(ADOBE_RGB)), (0, 201, 37)),
        (encoded(plain(), "HEIF", quality=98, icc_profile=rgb_profile(ADOBE_RGB)), (0, 201, 37)),
        (encoded(plain(), "AVIF", quality=98, icc_profile=rgb_profile(ADOBE_RGB)), (0, 201, 37)),
        (
            encoded(plain(mode="L", colour=100), "PNG", icc_profile=grey_profile(1.0)),
            (168, 168, 168),
        ),
        (
            encoded(plain(mode="CMYK", colour=(0, 255, 0, 0)), "JPEG", icc_profile=cmyk_profile()),
            (101, 128, 47),
        ),
        (png(1, 1, 8, 0, b"\0\x64", gAMA=struct.pack(">I", 100_000)), (166, 166, 166)),
    ],
)
def test_a_profile_is_used_before_it_is_dropped(file: Any, seen: tuple[int, ...]) -> None:
    picture = prepare_picture(file)
    assert near(opened(picture).getpixel((0, 0)), seen, by=5)
    for made in (picture.main, *picture.renditions.values()):
        assert not Image.open(io.BytesIO(made.content)).info.get("icc_profile")


@pytest.mark.parametrize(("points", "gamma", "green", "skin"), MEASURED)
def test_colours_that_a_png_gives_in_numbers_are_used(
    points: Any, gamma: float | None, green: Any, skin: Any
) -> None:
    for sample, seen in zip(MEASURED_COLOURS, (green, skin), strict=True):
        assert near(colour(measured_png(sample, points, gamma)), seen, by=2)


@pytest.mark.parametrize(
    "points",
    [
        (0.3, 0.0) * 4,
        (0.3, 0.3) * 4,
        (0.0,) * 8,
        (21474.0,) * 8,
        (0.3127, 0.329, *(0.9, 0.00001) * 3),
    ],
)
def test_numbers_that_make_no_sense_are_ignored(points: Any) -> None:
    assert near(colour(measured_png(GREEN, points, 0.45455)), GREEN, by=1)


def test_numbers_go_behind_a_profile_and_the_name_of_srgb() -> None:
    swapped = (0.3127, 0.3290, 0.30, 0.60, 0.64, 0.33, 0.15, 0.06)
    numbers = struct.pack(">8I", *(round(value * 100_000) for value in swapped))
    rows, gamma = b"\0" + bytes(GREEN), struct.pack(">I", 45_455)
    named = png(1, 1, 8, 2, rows, sRGB=b"\0", gAMA=gamma, cHRM=numbers)
    assert near(colour(named, at=(0, 0)), GREEN, by=1)
    body = b"x\0\0" + zlib.compress(rgb_profile(ADOBE_RGB))
    profiled = png(1, 1, 8, 2, rows, iCCP=body, gAMA=gamma, cHRM=numbers)
    assert near(colour(profiled, at=(0, 0)), (0, 201, 37), by=5)


def test_a_profile_spares_what_shows_through() -> None:
    clear = plain(mode="RGBA", colour=(*GREEN, 100))
    file = encoded(clear, "PNG", icc_profile=rgb_profile(ADOBE_RGB))
    assert near(colour(file), (0, 201, 37, 100))


@pytest.mark.parametrize(
    "profile",
    [b"junk" * 100, rgb_profile(ADOBE_RGB)[:200], cmyk_profile(), grey_profile(2.2), b"\0" * 128],
)
def test_a_profile_that_makes_no_sense_is_ignored(profile: bytes) -> None:
    assert near(colour(encoded(plain(), "PNG", icc_profile=profile)), GREEN, by=1)


def test_cmyk_without_a_profile_is_taken() -> None:
    pink = colour(encoded(plain(mode="CMYK", colour=(0, 255, 0, 0)), "JPEG"))
    assert near(pink, (255, 0, 255), by=6)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
def test_pictures_are_turned_upright_and_lose_their_metadata(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: turned by a quarter
    exif[0x010E] = "where I live"
    exif.get_ifd(0x8825)[1] = "N"
    picture = prepare_picture(encoded(plain(80, 40), kind, exif=exif.tobytes()))
    assert (picture.main.width, picture.main.height) == (40, 80)
    for made in (picture.main, *picture.renditions.values()):
        assert b"where I live" not in made.content
        assert not Image.open(io.BytesIO(made.content)).getexif()


def iso(brand: bytes) -> bytes:
    return struct.pack(">I4s4sI4s", 24, b"ftyp", brand, 0, b"isom") + b"\0\0\0\0" + b"\0" * 64


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"not a picture", "This file is not a picture. JPEG, PNG, WebP, GIF, HEIC and AVIF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG can't be used: save it as PNG."),
        (b"\xef\xbb\xbf\n<?xml version='1.0'?><!-- x --><svg/>", "SVG can't be used"),
        (b"<!doctype html><p>Not found", "This is a web page, not a picture."),
        (b"%PDF-1.7 ...", "PDF can't be used: save the page as PNG or JPEG."),
        (encoded(plain(), "TIFF").read(), "TIFF or a camera's raw file can't be used"),
        (encoded(plain(), "BMP").read(), "BMP can't be used: save it as PNG."),
        (encoded(plain(), "ICO").read(), "ICO can't be used: save it as PNG."),
        (encoded(plain(), "JPEG2000").read(), "JPEG 2000 can't be used"),
        (b"\xff\x0a" + b"\0" * 20, "JPEG XL can't be used"),
        (b"8BPS\0\1" + b"\0" * 20, "A Photoshop file can't be used"),
        (b"PK\3\4" + b"\0" * 20, "A ZIP or office file can't be used"),
        (iso(b"mp42"), "This is a video."),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "This PNG can't be read"),
        (encoded(plain(900, 600), "JPEG").read()[:900], "This JPEG can't be read"),
        (encoded(plain(900, 600), "WEBP").read()[:200], "This WebP can't be read"),
        (encoded(plain(900, 600), "GIF").read()[:900], "This GIF can't be read"),
        (encoded(plain(900, 600), "HEIF").read()[:-100], "This HEIC can't be read"),
        (encoded(plain(900, 600), "AVIF").read()[:-100], "This AVIF can't be read"),
        (encoded(plain(900, 600), "PNG").read()[:-400], "This PNG can't be read"),
    ],
)
def test_anything_else_is_refused_with_a_sentence_that_helps(content: bytes, sentence: str) -> None:
    with pytest.raises(ImageRejected, match=f"^{sentence}"):
        prepare_picture(ContentFile(content, name="photo.jpg"))


def test_too_many_bytes_and_too_many_pixels_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.pictures.preparing.MAX_BYTES", 1000)
    with pytest.raises(ImageRejected, match="too big: a picture has at most"):
        prepare_picture(ContentFile(b"x" * 1001))
    monkeypatch.undo()
    for side in (7_200, 20_000):
        with pytest.raises(ImageRejected, match="too large: at most 50 megapixels"):
            prepare_picture(encoded(Image.new("1", (side, side)), "PNG"))


def test_a_bomb_of_compressed_text_is_refused() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("bomb", "x" * 80_000_000, zip=True)
    with pytest.raises(ImageRejected):
        prepare_picture(encoded(plain(), "PNG", pnginfo=info))


def test_a_large_photograph_is_brought_to_its_longest_side() -> None:
    picture = prepare_picture(encoded(plain(8160, 6120), "JPEG"))
    assert (picture.main.width, picture.main.height) == (4000, 3000)
    assert list(picture.renditions) == [320, 640, 1280]


def test_a_thin_line_is_a_picture_too() -> None:
    picture = prepare_picture(encoded(plain(1, 6000), "PNG"))
    assert (picture.main.width, picture.main.height) == (1, 4000)


@pytest.mark.parametrize("size", [(10_000, 1), (1, 10_000)])
def test_a_long_thin_picture_is_taken(size: tuple[int, int]) -> None:
    picture = opened(prepare_picture(encoded(Image.new("RGB", size, GREEN), "JPEG")))
    assert min(picture.size) == 1
