"""Pictures: what is let in, what is made of it, and what is left when something fails."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, PngImagePlugin

from apps.catalog import services as catalog
from apps.catalog.errors import ImageNotFound, ImageRejected, ProductNotFound, TooManyImages
from apps.catalog.pictures import prepare_picture
from apps.catalog.selectors import get_product_by_id
from tests.catalog.making import make_product, picture

pytestmark = pytest.mark.usefixtures("in_store")


def files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def opened(name: str) -> Image.Image:
    with default_storage.open(name) as file:
        return Image.open(io.BytesIO(file.read()))


def test_an_upload_becomes_a_picture_with_renditions(store: Any) -> None:
    product = make_product()
    image = catalog.add_image(product=product, file=picture(2000, 1000), alt=" A  mug ")
    stored = get_product_by_id(product.pk).images[0]
    assert stored.id == image.id
    assert (stored.width, stored.height, stored.alt) == (2000, 1000, "A mug")
    assert {width: entry["height"] for width, entry in stored.renditions.items()} == {
        "320": 160,
        "640": 320,
        "1280": 640,
    }
    small = opened(stored.file_for(300))
    assert (small.format, small.size) == ("WEBP", (320, 160))
    assert opened(stored.file).format == "JPEG"
    assert all(str(store.pk) in path.parts for path in files())
    assert len({path.stem for path in files()}) == 4
    assert "photo" not in stored.file


def test_small_pictures_are_not_blown_up() -> None:
    image = catalog.add_image(product=make_product(), file=picture(400, 300, "PNG"))
    assert image.renditions.keys() == {"320", "640"}
    assert image.renditions["640"]["width"] == 400
    assert image.file.endswith(".png")
    assert image.file_for(5000) == image.renditions["640"]["file"]


def test_pictures_are_turned_upright_and_lose_their_metadata() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: turned by a quarter
    exif[0x010E] = "where I live"
    image = catalog.add_image(product=make_product(), file=picture(800, 400, exif=exif))
    assert (image.width, image.height) == (400, 800)
    for name in (image.file, image.file_for(320)):
        assert not opened(name).getexif()
        with default_storage.open(name) as file:
            assert b"where I live" not in file.read()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
        picture().read()[:500],
        picture(10, 10, "GIF").read(),
        picture(10, 10, "BMP").read(),
    ],
)
def test_what_is_no_whole_jpeg_png_or_webp_is_refused(content: bytes) -> None:
    product = make_product()
    with pytest.raises(ImageRejected):
        catalog.add_image(product=product, file=ContentFile(content, name="photo.jpg"))
    assert files() == []
    assert get_product_by_id(product.pk).images == []


def test_too_many_bytes_and_too_many_pixels_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.catalog.pictures.MAX_IMAGE_BYTES", 1000)
    with pytest.raises(ImageRejected, match="MB"):
        prepare_picture(ContentFile(b"x" * 1001))
    monkeypatch.undo()
    bomb = io.BytesIO()
    Image.new("1", (7000, 7000)).save(bomb, "PNG")
    with pytest.raises(ImageRejected, match="megapixels"):
        prepare_picture(ContentFile(bomb.getvalue()))
    huge = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(huge, "PNG")
    with pytest.raises(ImageRejected):
        prepare_picture(ContentFile(huge.getvalue()))


def test_a_bomb_of_compressed_text_is_refused() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("bomb", "x" * 80_000_000, zip=True)
    with pytest.raises(ImageRejected):
        prepare_picture(picture(10, 10, "PNG", pnginfo=info))


def test_pictures_are_arranged_and_described() -> None:
    product = make_product()
    ids = [catalog.add_image(product=product, file=picture(50, 50)).id for _ in range(3)]
    product = catalog.arrange_images(product=product, order=[ids[2], ids[0]], alts={ids[1]: "Back"})
    assert [image.id for image in product.images] == [ids[2], ids[0], ids[1]]
    assert [image.position for image in product.images] == [0, 1, 2]
    assert product.images[2].alt == "Back"
    with pytest.raises(ImageNotFound):
        catalog.arrange_images(product=product, order=["someone-else"])


def test_removing_a_picture_removes_its_files_and_may_be_repeated() -> None:
    product = make_product()
    image = catalog.add_image(product=product, file=picture(50, 50))
    assert files()
    catalog.remove_image(product=product, image_id=image.id)
    catalog.remove_image(product=product, image_id=image.id)
    assert get_product_by_id(product.pk).images == []
    assert files() == []


def test_deleting_a_product_deletes_its_files() -> None:
    product = make_product()
    catalog.add_image(product=product, file=picture(50, 50))
    catalog.delete_product(product=product)
    assert files() == []


def test_a_picture_never_shows_without_its_files() -> None:
    """Dying between files and document leaves files only; a refused write takes them away again."""
    product = make_product()
    catalog.delete_product(product=get_product_by_id(product.pk))
    with pytest.raises(ProductNotFound):
        catalog.add_image(product=product, file=picture(50, 50))
    assert files() == []


def test_pictures_are_added_while_others_edit_the_product() -> None:
    product = make_product()
    stale = get_product_by_id(product.pk)
    catalog.set_product_status(product=product, status="archived")
    catalog.add_image(product=stale, file=picture(50, 50))
    stored = get_product_by_id(product.pk)
    assert (stored.status, len(stored.images)) == ("archived", 1)


def test_a_product_has_so_many_pictures_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.catalog.services.images.MAX_IMAGES", 2)
    product = make_product()
    for _ in range(2):
        catalog.add_image(product=product, file=picture(50, 50))
    with pytest.raises(TooManyImages):
        catalog.add_image(product=product, file=picture(50, 50))
    assert len(get_product_by_id(product.pk).images) == 2
