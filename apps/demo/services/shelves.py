"""Categories, products with pictures, and their stock."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product as every_combination
from typing import Any

from django.core.files.base import ContentFile

from apps.catalog import services as catalog
from apps.catalog.documents import Category, Product, ProductStatus
from apps.catalog.inputs import (
    CategoryInput,
    OptionInput,
    PriceInput,
    ProductInput,
    VariantInput,
)
from apps.common.money import parse_amount, to_minor
from apps.demo.pictures import draw_product
from apps.demo.shops import Shop, Thing
from apps.inventory import services as inventory


def fill_shelves(*, shop: Shop, progress: Any, pictures: bool) -> None:
    """Every thing of the shop that is not there yet, as a product on sale with stock."""
    categories = _make_categories(shop)
    there = set(Product.objects.values_list("title", flat=True))
    missing = [(i, thing) for i, thing in enumerate(shop.things) if thing.title not in there]
    drawn = _draw([thing for _, thing in missing]) if pictures else iter([b""] * len(missing))
    for done, ((index, thing), picture) in enumerate(zip(missing, drawn, strict=True), 1):
        product = _make_product(shop, thing, index, categories[thing.category])
        if picture:
            file = ContentFile(picture, name=f"{product.slug}.jpg")
            catalog.add_image(product=product, file=file, alt=thing.title)
        progress(f"{shop.name}: products", done, len(missing))


def _make_categories(shop: Shop) -> dict[str, Category]:
    found = {category.name: category for category in Category.objects.all()}
    for position, (name, children) in enumerate(shop.categories.items()):
        parent = found.get(name) or catalog.create_category(
            data=CategoryInput(name=name, position=position)
        )
        found[name] = parent
        for place, child in enumerate(children):
            if child not in found:
                found[child] = catalog.create_category(
                    data=CategoryInput(name=child, parent_id=parent.pk, position=place)
                )
    return found


def _draw(things: list[Thing]) -> Iterator[bytes]:
    """The pictures in order, drawn a few ahead on other threads."""
    with ThreadPoolExecutor(3) as studio:
        yield from studio.map(
            lambda pair: draw_product(
                shape=pair[1].shape,
                main=pair[1].colours[0],
                accent=pair[1].colours[1],
                seed=pair[0],
            ),
            enumerate(things),
        )


def _make_product(shop: Shop, thing: Thing, index: int, category: Category) -> Product:
    product = catalog.save_product(
        data=ProductInput(
            title=thing.title,
            description=f"<p>{thing.text}</p>",
            status=ProductStatus.ACTIVE,
            brand=thing.brand,
            tags=thing.tags,
            category_ids=[category.pk],
            options=[
                OptionInput(name=name, values=values) for name, values in thing.options.items()
            ],
            variants=list(_variants(shop, thing, index)),
            position=index,
        )
    )
    for place, variant in enumerate(product.variants):
        stock = inventory.receive_stock(
            variant_ref=variant.id,
            sku=variant.sku,
            quantity=max(thing.pieces - 4 * place, 0),
            reason="first delivery",
        )
        inventory.set_low_stock_at(stock_item=stock, low_stock_at=5)
    return product


def _variants(shop: Shop, thing: Thing, index: int) -> Iterator[VariantInput]:
    names = list(thing.options)
    for place, values in enumerate(every_combination(*thing.options.values())):
        price = thing.price + thing.steps * place
        yield VariantInput(
            sku=f"{shop.slug[:2].upper()}-{index + 101}" + (f"-{place + 1}" if names else ""),
            option_values=dict(zip(names, values, strict=True)),
            prices=[
                PriceInput(
                    currency=shop.currency,
                    amount_minor=_minor(price, shop),
                    compare_at_minor=_minor(thing.compare_at + thing.steps * place, shop)
                    if thing.compare_at
                    else None,
                )
            ],
            weight_grams=thing.grams,
        )


def _minor(whole: int, shop: Shop) -> int:
    return to_minor(parse_amount(whole, shop.currency))
