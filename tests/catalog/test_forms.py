"""The form with which staff edit a product: rows for variants, faults in their rows, nothing lost that it hides."""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from apps.catalog import services as catalog
from apps.catalog.documents import Product
from apps.catalog.forms import CategoryForm, ProductForm
from apps.catalog.inputs import CategoryInput
from apps.catalog.selectors import category_tree, get_category_by_id, get_product_by_id
from apps.pictures.documents import KeptPicture
from tests.catalog.making import make_product, picture, price, sized_input, variant

pytestmark = pytest.mark.usefixtures("in_store")
ROW = {"id": "", "sku": "", "price": "", "compare_at": "", "weight_grams": ""}


def posted(*rows: dict[str, str], options: Any = (), **fields: Any) -> MultiValueDict:
    """What a browser sends: the given rows, then three blank ones."""
    data: dict[str, Any] = {
        "title": "Linen shirt",
        "status": "active",
        "tax_class": "standard",
        "position": "0",
        "variants-TOTAL_FORMS": str(len(rows) + 3),
        "variants-INITIAL_FORMS": "0",
        **fields,
    }
    for place, name in enumerate(options, start=1):
        data[f"variants-option_{place}"] = name
    for number, row in enumerate([*rows, {}, {}, {}]):
        for name, value in {**ROW, "is_active": "on", **row}.items():
            data[f"variants-{number}-{name}"] = value
    return MultiValueDict(
        {name: value if isinstance(value, list) else [value] for name, value in data.items()}
    )


def form(data: MultiValueDict, product: Product | None = None, **files: Any) -> ProductForm:
    uploads = MultiValueDict({name.replace("_", "-"): found for name, found in files.items()})
    return ProductForm(data, uploads, instance=product)


def row(sku: str, price: str = "499.00", **more: str) -> dict[str, str]:
    return {"sku": sku, "price": price, **more}


def test_two_variants_and_a_picture_are_saved() -> None:
    upload = SimpleUploadedFile("photo.png", picture(400, 300, "PNG").read())
    filled = form(
        posted(
            row("S-1", value_1="S", value_2="Sand", weight_grams="200"),
            row("M-1", "549.5", compare_at="600", value_1="M", value_2="Sand"),
            options=("Size", "Colour"),
            tags="linen, summer",
            attributes="Material: linen\n\nCare: cold wash",
        ),
        pictures_new=[upload],
    )
    assert filled.is_valid(), filled.errors
    product = get_product_by_id(filled.write().pk)
    assert [(option.name, option.values) for option in product.options] == [
        ("Size", ["S", "M"]),
        ("Colour", ["Sand"]),
    ]
    first, second = product.variants
    assert (first.sku, first.weight_grams, first.option_values) == (
        "S-1",
        200,
        {"Size": "S", "Colour": "Sand"},
    )
    assert (second.prices[0].amount_minor, second.prices[0].compare_at_minor) == (54_950, 60_000)
    assert product.tags == ["linen", "summer"]
    assert product.attributes == {"Material": "linen", "Care": "cold wash"}
    assert len(product.images) == 1


def test_editing_shows_the_product_and_keeps_what_is_hidden() -> None:
    data = sized_input("Shirt", {"S": 90_000, "M": 95_050})
    rich = replace(data.variants[0], barcode="123", prices=[price(90_000), price(999, "USD")])
    data = replace(data, variants=[rich, data.variants[1]], attributes={"Washable": True})
    product = catalog.save_product(data=data)
    html = str(ProductForm(instance=product)["variants"])
    assert 'value="SHIRT-S"' in html
    assert 'value="950.50"' in html
    assert 'value="Size"' in html
    rows = [
        row("SHIRT-S", "800", id=product.variants[0].id, value_1="S"),
        row("SHIRT-M", "950.50", id=product.variants[1].id, value_1="M", DELETE="on"),
    ]
    edited = form(
        posted(*rows, options=("Size",), version="1", slug="shirt", attributes="Washable: True"),
        product,
    )
    assert edited.is_valid(), edited.errors
    edited.write()
    (left,) = get_product_by_id(product.pk).variants
    assert (left.id, left.barcode) == (product.variants[0].id, "123")
    assert (left.price_in("INR").amount_minor, left.price_in("USD").amount_minor) == (80_000, 999)
    assert get_product_by_id(product.pk).attributes == {"Washable": True}


def test_faults_stand_in_their_rows_and_nothing_is_saved() -> None:
    make_product("Other", variants=[variant("TAKEN")])
    filled = form(
        posted(
            row("OK", value_1="S"),
            row("TAKEN", value_1="M"),
            row("X", compare_at="1", value_1="L"),
            options=("Size",),
        )
    )
    assert not filled.is_valid()
    html = str(filled["variants"])
    assert html.count("Another product has this SKU.") == 1
    assert html.count("This must be higher than the price.") == 1
    assert 'value="TAKEN"' in html
    assert Product.objects.count() == 1


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (row("A", "abc"), "is not an amount of money"),
        (row("A", "1.005"), "more decimals"),
        (row("A", ""), "required"),
        (row("", "5"), "required"),
        (row("A", "-1"), "be negative"),
        (row("A", "9" * 40), "too large"),
        (row("A", "NaN"), "is not an amount of money"),
        (row("A", weight_grams="-1"), "greater than or equal"),
        (row("A", id="someone-else"), "no variant of this id"),
        (row("A b"), "no spaces"),
        (row("A" * 65), "at most 64"),
    ],
)
def test_a_bad_row_says_what_is_wrong(bad: dict[str, str], sentence: str) -> None:
    filled = form(posted(bad))
    assert not filled.is_valid()
    assert sentence in str(filled["variants"])


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        (posted(), "variants", "at least one variant"),
        (posted(row("A", value_1="S")), "variants", "name that option"),
        (posted(row("A"), title=""), "title", "required"),
        (posted(row("A"), slug="No Slug"), "slug", "single hyphens"),
        (posted(row("A"), attributes="no colon"), "attributes", "Name: value"),
        (posted(row("A"), category_ids=["nonsense"]), "category_ids", "valid choice"),
        (posted(row("A"), status="sold"), "status", "valid choice"),
        (posted(row("A"), tags="x" * 41), "tags", "At most 40"),
        (posted(row("A"), **{"variants-TOTAL_FORMS": "x"}), "variants", "ManagementForm"),
        (posted(row("A"), **{"variants-TOTAL_FORMS": "100000"}), "variants", "at most 250"),
    ],
)
def test_faults_of_the_product_stand_at_their_fields(data: Any, field: str, sentence: str) -> None:
    filled = form(data)
    assert not filled.is_valid()
    assert sentence in str(filled.errors[field])
    assert str(filled["variants"])


def test_three_blank_rows_work_without_a_script() -> None:
    html = str(ProductForm()["variants"])
    assert html.count('name="variants-0-sku"') == 1
    assert html.count('name="variants-2-sku"') == 1
    assert "variants-3-sku" not in html
    assert "variants-__prefix__-sku" in html
    assert "backoffice/variants.js" in str(ProductForm().media)
    assert "<script" not in html


def test_pictures_are_ordered_described_and_removed() -> None:
    product = make_product(variants=[variant("A")])
    one, two, three = (catalog.add_image(product=product, file=picture(60, 60)).id for _ in "123")
    data = posted(
        row("A", id=product.variants[0].id),
        **{
            "pictures-id": [one, two, three],
            f"pictures-{one}-place": "9",
            f"pictures-{two}-remove": "on",
            f"pictures-{three}-place": "1",
            f"pictures-{three}-alt": "From above",
        },
    )
    edited = form(data, get_product_by_id(product.pk))
    assert edited.is_valid(), edited.errors
    edited.write()
    images = get_product_by_id(product.pk).images
    assert [(image.id, image.alt) for image in images] == [(three, "From above"), (one, "")]
    assert 'name="pictures-new"' in str(ProductForm(instance=product)["pictures"])


def test_an_upload_that_is_no_picture_is_a_form_error() -> None:
    bad = SimpleUploadedFile("photo.png", b"<svg/>")
    filled = form(posted(row("A")), pictures_new=[bad])
    assert not filled.is_valid()
    assert "photo.png: SVG can" in str(filled.errors["pictures"])
    assert Product.objects.count() == 0


def test_what_staff_type_is_shown_as_text() -> None:
    filled = form(posted(row('"><script>x</script>', value_1="<b>")))
    assert not filled.is_valid()
    html = str(filled["variants"])
    assert "<script>x" not in html
    assert "<b>" not in html


def test_a_category_is_made_moved_and_refused() -> None:
    home = catalog.create_category(data=CategoryInput(name="Home"))
    made = CategoryForm(
        {"name": "Mugs", "parent_id": str(home.pk), "position": "0", "is_active": "on"}
    )
    assert made.is_valid(), made.errors
    mugs = made.write()
    assert category_tree()[0].children[0].name == "Mugs"
    parents: Any = CategoryForm(instance=home).fields["parent_id"]
    choices = [value for value, _ in parents.choices]
    assert choices == [""]
    circle = CategoryForm(
        {"name": "Home", "parent_id": str(mugs.pk), "position": "0"}, instance=home
    )
    assert not circle.is_valid()
    moved = CategoryForm(
        {"name": "Mugs", "parent_id": "", "slug": "home", "position": "0"}, instance=mugs
    )
    assert not moved.is_valid()
    assert "slug" in moved.errors
    assert get_category_by_id(mugs.pk).parent_id == home.pk


def kept_of(filled: ProductForm) -> list[str]:
    """Ids of the pictures that the refused form's page sends back."""
    return re.findall(r'name="pictures-id" value="([^"]+)"', str(filled["pictures"]))


def test_a_refused_form_keeps_the_good_uploads_of_several() -> None:
    """The bad file is named; the good one needs no second upload, and nothing typed is lost."""
    good = SimpleUploadedFile("front.png", picture(400, 300, "PNG").read())
    bad = SimpleUploadedFile("drawing.svg", b"<svg/>")
    refused = form(posted(row("A", "abc")), pictures_new=[bad, good])
    assert not refused.is_valid()
    assert "drawing.svg: SVG can" in str(refused.errors["pictures"])
    page = str(refused["pictures"])
    assert "not saved yet" in page
    assert "front.png" in page
    (token,) = kept_of(refused)
    again = form(
        posted(
            row("A", image_id=token), **{"pictures-id": [token], f"pictures-{token}-alt": "Front"}
        )
    )
    assert again.is_valid(), again.errors
    product = get_product_by_id(again.write().pk)
    assert [(image.id, image.alt) for image in product.images] == [(token, "Front")]
    assert product.variants[0].image == token
    assert KeptPicture.objects.count() == 0


def test_an_upload_can_be_given_to_a_variant_in_the_same_form() -> None:
    files = [SimpleUploadedFile(f"{n}.png", picture(60, 60, "PNG").read()) for n in "ab"]
    rows = (row("S", value_1="S", image_id="new-1"), row("M", value_1="M"))
    filled = form(posted(*rows, options=("Size",)), pictures_new=files)
    assert filled.is_valid(), filled.errors
    product = get_product_by_id(filled.write().pk)
    assert product.variants[0].image == product.images[1].id
    assert product.variants[1].image == ""


def test_a_choice_of_an_upload_survives_a_refused_form() -> None:
    upload = SimpleUploadedFile("a.png", picture(60, 60, "PNG").read())
    refused = form(posted(row("A", "abc", image_id="new-0")), pictures_new=[upload])
    assert not refused.is_valid()
    (token,) = kept_of(refused)
    assert f'<option value="{token}" data-url=' in str(refused["variants"]).replace(
        '" selected', '"'
    )
    assert f'value="{token}" selected' in str(refused["variants"])


def test_a_deleted_picture_is_no_longer_a_variants() -> None:
    product = make_product(variants=[variant("A")])
    image = catalog.add_image(product=product, file=picture(60, 60)).id
    data = posted(
        row("A", id=product.variants[0].id, image_id=image),
        **{"pictures-id": [image], f"pictures-{image}-remove": "on"},
    )
    edited = form(data, get_product_by_id(product.pk))
    assert edited.is_valid(), edited.errors
    edited.write()
    stored = get_product_by_id(product.pk)
    assert (stored.images, stored.variants[0].image) == ([], "")


def test_a_picture_that_is_no_longer_kept_is_said() -> None:
    gone = form(posted(row("A"), **{"pictures-id": ["long-swept"]}))
    assert not gone.is_valid()
    assert "no longer kept" in str(gone.errors["pictures"])
    assert kept_of(gone) == []


def test_no_more_pictures_than_a_product_can_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.catalog.forms.pictures.MAX_IMAGES", 1)
    files = [SimpleUploadedFile(f"{n}.png", picture(60, 60, "PNG").read()) for n in "ab"]
    filled = form(posted(row("A")), pictures_new=files)
    assert not filled.is_valid()
    assert "b.png: A product has at most 1 pictures." in str(filled.errors["pictures"])
    assert len(kept_of(filled)) == 1
