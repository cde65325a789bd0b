"""Uploads in the admin and by the API: taken by content, said in words when not, and never lost with the form."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from apps.accounts.models import Role
from apps.catalog.documents import Product
from apps.content.models import Theme
from apps.tenancy.context import use_store
from tests.api.shop import log_in, make_product, make_user
from tests.pictures.making import encoded, plain
from tests.support.pixels import bands

TITLE = {"title": "Clay cup", "status": "draft", "tax_class": "standard", "position": "0"}
ROWS = {"variants-TOTAL_FORMS": "1", "variants-INITIAL_FORMS": "0", "variants-0-is_active": "on"}


@pytest.fixture
def owner(store: Any, client_for: Callable[..., Client]) -> Client:
    client = client_for(store)
    with use_store(store):
        client.force_login(make_user(store, Role.OWNER))
    client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value
    return client


def upload(kind: str = "JPEG", **options: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", encoded(plain(), kind, **options).read())


def burst() -> SimpleUploadedFile:
    """A phone's JPEG with two pictures in it."""
    return upload("MPO", save_all=True, append_images=[plain(colour=(255, 0, 0))])


def look_of(page: str) -> dict[str, str]:
    """What the theme's form holds, as a browser would send it."""
    fields = re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page)
    return {**dict(fields), "fonts": "modern"}


def test_a_product_form_takes_a_phones_burst_and_keeps_it_when_the_price_is_wrong(
    store: Any, owner: Client
) -> None:
    row = {"variants-0-sku": "CUP", "variants-0-price": "cheap"}
    sent = {**TITLE, **ROWS, **row, "description": "<p>Typed</p>", "pictures-new": [burst()]}
    refused = owner.post("/admin/catalog/product/add/", sent)
    page = refused.content.decode()
    assert refused.status_code == 200
    assert "Typed" in page
    (token,) = re.findall(r'name="pictures-id" value="([^"]+)"', page)
    again = {**TITLE, **ROWS, **row, "variants-0-price": "99", "pictures-id": [token]}
    assert owner.post("/admin/catalog/product/add/", again).status_code == 302
    with use_store(store):
        (image,) = Product.objects.get().images
        with default_storage.open(image.file) as file:
            assert bands(Image.open(file), (30, 20))[1] > 150


def test_a_logo_is_cleaned_as_every_picture(store: Any, owner: Client) -> None:
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    page = owner.get("/admin/content/theme/", follow=True)
    address = page.redirect_chain[-1][0]
    sent = look_of(page.content.decode())
    assert owner.post(address, {**sent, "logo-new": upload(exif=exif.tobytes())}).status_code == 302
    with use_store(store):
        theme = Theme.objects.get()
        assert (theme.logo_width, theme.logo_height) == (60, 40)
        with theme.logo.open() as file:
            assert b"where I live" not in file.read()
    sent = look_of(owner.get(address).content.decode())
    assert owner.post(address, sent).status_code == 302
    with use_store(store):
        assert Theme.objects.get().logo.name == theme.logo.name
    assert owner.post(address, {**sent, "logo-remove": "on"}).status_code == 302
    with use_store(store):
        assert not Theme.objects.get().logo


def test_a_logo_outlives_a_wrong_colour(store: Any, owner: Client) -> None:
    page = owner.get("/admin/content/theme/", follow=True)
    address = page.redirect_chain[-1][0]
    sent = look_of(page.content.decode())
    refused = owner.post(address, {**sent, "brand": "red", "logo-new": upload()})
    assert refused.status_code == 200
    (token,) = re.findall(r'name="logo-kept" value="([^"]+)"', refused.content.decode())
    assert owner.post(address, {**sent, "logo-kept": token}).status_code == 302
    with use_store(store):
        assert Theme.objects.get().logo.name.startswith("theme/")


def test_a_logo_that_is_no_picture_is_said_at_its_field(store: Any, owner: Client) -> None:
    page = owner.get("/admin/content/theme/", follow=True)
    sent = look_of(page.content.decode())
    drawing = SimpleUploadedFile("logo.svg", b"<svg xmlns='x'/>")
    refused = owner.post(page.redirect_chain[-1][0], {**sent, "logo-new": drawing})
    assert "logo.svg: SVG can&#x27;t be used: save it as PNG." in refused.content.decode()


@pytest.mark.parametrize("kind", ["MPO", "GIF", "HEIF", "AVIF", "WEBP", "PNG"])
def test_the_api_takes_what_its_schema_promises(store: Any, kind: str) -> None:
    product = make_product(store)
    staff = log_in(store, make_user(store, Role.OWNER))
    answer = staff.upload(f"products/{product.pk}/images", file=encoded(plain(), kind))
    assert answer.status_code == 201, answer.content


def test_the_api_says_what_is_wrong_at_the_file(store: Any) -> None:
    product = make_product(store)
    staff = log_in(store, make_user(store, Role.OWNER))
    drawing = SimpleUploadedFile("logo.svg", b"<svg/>")
    answer = staff.upload(f"products/{product.pk}/images", file=drawing)
    body = answer.json()["error"]
    assert (answer.status_code, body["code"]) == (400, "image_rejected")
    assert "SVG can't be used: save it as PNG." in str(body)


def test_a_variants_picture_is_set_and_read_by_the_api(store: Any) -> None:
    product = make_product(store)
    staff = log_in(store, make_user(store, Role.OWNER))
    path = f"products/{product.pk}"
    image = staff.upload(f"{path}/images", file=encoded(plain(), "PNG")).json()
    shown = staff.get(path).json()
    (variant,) = shown["variants"]
    assert (variant["image_id"], variant["image"]["url"]) == ("", shown["images"][0]["url"])
    prices = [{name: price[name] for name in ("amount", "currency")} for price in variant["prices"]]
    row = {"id": variant["id"], "sku": variant["sku"], "prices": prices, "image_id": image["id"]}
    changed = staff.patch(path, {"variants": [row]})
    assert changed.status_code == 200, changed.content
    assert changed.json()["variants"][0]["image_id"] == image["id"]
    wrong = staff.patch(path, {"variants": [{**row, "image_id": "someone-elses"}]})
    assert wrong.status_code == 400
    assert "variants.0.image_id" in wrong.content.decode()
