"""Pictures: what is let in, what is made of it, and what is left when something fails."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from apps.catalog import services as catalog
from apps.catalog.documents import Product
from apps.catalog.errors import ImageNotFound, InvalidProduct, ProductNotFound, TooManyImages
from apps.catalog.inputs import PicturesInput, ProductInput
from apps.catalog.selectors import get_product_by_id, read_lines
from apps.pictures.documents import KeptPicture
from apps.pictures.errors import ImageRejected
from apps.pictures.preparing import prepare_picture
from apps.pictures.services import keep_picture
from apps.tenancy.documents.access import scoped_collection
from tests.catalog.making import make_product, picture, product_input, sized_input

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


def test_what_is_no_picture_leaves_nothing() -> None:
    product = make_product()
    with pytest.raises(ImageRejected):
        catalog.add_image(product=product, file=ContentFile(b"<svg/>", name="photo.jpg"))
    assert files() == []
    assert get_product_by_id(product.pk).images == []


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


def test_a_variant_shows_its_own_picture_or_the_first() -> None:
    product = catalog.save_product(data=sized_input("Mug", {"S": 900, "M": 950}))
    first, second = (catalog.add_image(product=product, file=picture(50, 50)).id for _ in "12")
    data = ProductInput.of(get_product_by_id(product.pk))
    variants = [replace(data.variants[0], image_id=second), data.variants[1]]
    product = catalog.save_product(
        data=replace(data, variants=variants), product=get_product_by_id(product.pk)
    )
    small, medium = product.variants
    assert (product.image_of(small).id, product.image_of(medium).id) == (second, first)
    lines = read_lines(product.variant_refs, "INR")
    assert lines[small.id].image_url != lines[medium.id].image_url
    catalog.remove_image(product=product, image_id=second)
    stored = get_product_by_id(product.pk)
    assert [variant.image for variant in stored.variants] == ["", ""]


def test_a_variant_can_not_have_another_products_picture() -> None:
    other = make_product("Other")
    image = catalog.add_image(product=other, file=picture(50, 50))
    product = make_product()
    data = ProductInput.of(product)
    wrong = replace(data, variants=[replace(data.variants[0], image_id=image.id)])
    with pytest.raises(InvalidProduct) as refused:
        catalog.save_product(data=wrong, product=product)
    assert refused.value.fields == {"variants.0.image_id": ["The product has no such picture."]}


def test_a_variant_stored_before_variants_had_pictures_has_none() -> None:
    product = make_product()
    stored = scoped_collection(Product).find_one({"_id": product.pk})
    assert stored is not None
    variants = stored["variants"]
    del variants[0]["image"]
    scoped_collection(Product).update_one({"_id": product.pk}, {"$set": {"variants": variants}})
    stored = get_product_by_id(product.pk)
    assert stored.variants[0].image == ""
    assert catalog.save_product(data=ProductInput.of(stored), product=stored).version == 2


def test_product_and_pictures_are_written_at_once() -> None:
    product = make_product()
    old = catalog.add_image(product=product, file=picture(50, 50))
    kept = keep_picture(prepare_picture(picture(60, 60)), folder="products", name="new.jpg")
    data = ProductInput.of(product)
    data = replace(data, variants=[replace(data.variants[0], image_id=kept.token)])
    saved = catalog.save_product(
        data=data,
        product=product,
        pictures=PicturesInput(order=[kept.token], alts={kept.token: "Front"}),
    )
    assert [(image.id, image.alt) for image in saved.images] == [(kept.token, "Front")]
    assert saved.image_of(saved.variants[0]).id == kept.token
    assert KeptPicture.objects.count() == 0
    assert not default_storage.exists(old.file)
    assert default_storage.exists(kept.file)


def test_a_kept_picture_stays_kept_when_the_product_is_refused() -> None:
    product = make_product()
    kept = keep_picture(prepare_picture(picture(60, 60)), folder="products")
    wanted = PicturesInput(order=[kept.token])
    with pytest.raises(InvalidProduct):
        catalog.save_product(
            data=replace(ProductInput.of(product), title=""), product=product, pictures=wanted
        )
    assert KeptPicture.objects.get().token == kept.token
    saved = catalog.save_product(data=ProductInput.of(product), product=product, pictures=wanted)
    assert [image.file for image in saved.images] == [kept.file]


def test_the_pictures_of_a_product_that_was_written_are_never_swept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A failure after the write, such as a cache that is gone, must not put them back."""

    def fail() -> None:
        raise ConnectionError("the cache is gone")

    kept = keep_picture(prepare_picture(picture(60, 60)), folder="products")
    monkeypatch.setattr("apps.catalog.services.products.bump_catalog_version", fail)
    with pytest.raises(ConnectionError):
        catalog.save_product(data=product_input(), pictures=PicturesInput(order=[kept.token]))
    monkeypatch.undo()

    assert not KeptPicture.objects.exists()
    assert [image.file for image in Product.objects.get().images] == [kept.file]
