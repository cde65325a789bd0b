"""What a buyer sees is what is chosen: gallery, swatches, cart and order show the variant's picture."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.base import ContentFile

from apps.catalog import services as catalog
from apps.catalog.documents import Product
from apps.catalog.inputs import OptionInput, PriceInput, ProductInput, VariantInput
from apps.catalog.selectors import get_product_by_id
from apps.inventory import services as inventory
from apps.orders.models import OrderLine
from tests.pictures.making import encoded, plain
from tests.support.acting import STAFF, SYSTEM, by

COLOURS = {"Indigo": (40, 50, 120), "Ochre": (200, 150, 40)}


@pytest.fixture
def cup(in_store: Any) -> Product:
    """Two colours with a picture each, in two sizes; large ochre cups are sold out, small white ones do not exist."""
    variants = [
        VariantInput(
            sku=f"CUP-{colour}-{size}".upper(),
            option_values={"Colour": colour, "Size": size},
            prices=[PriceInput(currency="INR", amount_minor=50_000)],
        )
        for colour, size in (
            ("Indigo", "S"),
            ("Indigo", "L"),
            ("Ochre", "S"),
            ("Ochre", "L"),
            ("White", "L"),
        )
    ]
    data = ProductInput(
        title="Cup",
        status="active",
        options=[
            OptionInput(name="Colour", values=["Indigo", "Ochre", "White"]),
            OptionInput(name="Size", values=["S", "L"]),
        ],
        variants=variants,
    )
    product = catalog.save_product(data=data)
    ids = {
        name: catalog.add_image(product=product, file=picture(rgb), alt=name).id
        for name, rgb in COLOURS.items()
    }
    product = get_product_by_id(product.pk)
    data = ProductInput.of(product)
    shown = [
        replace(v, image_id=ids.get(v.option_values["Colour"], ids["Indigo"]))
        for v in data.variants
    ]
    product = catalog.save_product(data=replace(data, variants=shown), product=product)
    for variant in product.variants:
        if variant.title not in ("Ochre / L", "White / L"):
            by(
                STAFF,
                inventory.receive_stock,
                variant_ref=variant.id,
                sku=variant.sku,
                quantity=5,
                reason="test",
            )
    return product


def picture(rgb: tuple[int, int, int]) -> ContentFile:
    return encoded(plain(60, 60, colour=rgb), "PNG")


def ref(product: Product, title: str) -> str:
    return next(variant.id for variant in product.variants if variant.title == title)


def url(product: Product, title: str) -> str:
    """The address of the small picture of a variant."""
    image = product.image_of(next(v for v in product.variants if v.title == title))
    assert image
    return f"/media/{image.file_for(320)}"


def test_the_gallery_begins_with_the_chosen_variants_picture(browse: Any, cup: Product) -> None:
    page = browse.get("/product/cup/").content.decode()
    ochre = browse.get(f"/product/cup/?variant={ref(cup, 'Ochre / S')}").content.decode()
    assert re.findall(r'<li id="picture-\d".*?alt="(\w+)"', page) == ["Indigo", "Ochre"]
    assert re.findall(r'<li id="picture-\d".*?alt="(\w+)"', ochre) == ["Ochre", "Indigo"]
    found = re.search(r'id="variants"[^>]*>(.*?)</script>', ochre)
    assert found is not None
    told = json.loads(found[1])
    assert [variant["photo"] for variant in told] == [1, 1, 0, 0, 1]


def test_a_colour_has_a_swatch_and_a_size_has_none(browse: Any, cup: Product) -> None:
    page = browse.get("/product/cup/").content.decode()
    labels = re.findall(r'<label class="value[^"]*">(.*?)</label>', page, re.DOTALL)
    assert ["<img" in label for label in labels] == [True, True, True, False, False]


def test_what_can_not_be_had_at_all_can_not_be_chosen(browse: Any, cup: Product) -> None:
    page = browse.get("/product/cup/").content.decode()
    inputs = dict(re.findall(r'name="option-\d" value="(\w+)"([^>]*)>', page))
    assert "disabled" in inputs["White"]
    assert "disabled" not in inputs["Ochre"] + inputs["L"]


def test_cart_and_order_show_the_variants_picture(
    browse: Any, cup: Product, form: Callable[..., Any]
) -> None:
    browse.post("/cart/add/", {"variant": ref(cup, "Ochre / S"), "quantity": "1"})
    shown = url(cup, "Ochre / S")
    assert shown != url(cup, "Indigo / S")
    assert shown in browse.get("/cart/").content.decode()
    answer = browse.post("/checkout/", form())
    assert answer.status_code == 302, answer.content.decode()[:500]
    assert by(SYSTEM, OrderLine.objects.get).image_url == shown
    assert shown in browse.get(answer.url).content.decode()
