"""Categories, products with pictures, and their stock."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product as every_combination

from django.db import transaction
from django.utils.translation import gettext_noop

from apps.catalog import services as catalog
from apps.catalog.documents import Category, Product, ProductStatus
from apps.catalog.inputs import (
    CategoryInput,
    OptionInput,
    PicturesInput,
    PriceInput,
    ProductInput,
    VariantInput,
)
from apps.catalog.services.images import FOLDER
from apps.common.clock import moved_to
from apps.common.money import parse_amount, to_minor
from apps.common.progress import Progress, make_message
from apps.demo.services.dates import opened_at
from apps.demo.services.delivery import FRAGILE
from apps.demo.services.pictures import Shown, read_pictures
from apps.demo.shops import Shop, Thing
from apps.inventory import services as inventory
from apps.pictures.services import keep_picture
from apps.shipping.selectors import list_profiles

_FRAGILE = frozenset({"Pots", "Cups", "Mugs"})


def fill_shelves(*, shop: Shop, watch: Progress, pictures: bool) -> None:
    """Create the missing products of the shop, with stock."""
    categories = _make_categories(shop)
    missing = list_missing(shop)
    titles = [thing.title for _, thing in missing]
    shown = read_pictures(shop.slug, titles) if pictures else iter([[] for _ in titles])
    for done, ((index, thing), own) in enumerate(zip(missing, shown, strict=True), 1):
        with moved_to(opened_at()):
            _make_product(shop, thing, index, categories[thing.category], own)
        watch(done / len(missing), make_message(gettext_noop("%(shop)s: products"), shop=shop.name))


def list_missing(shop: Shop) -> list[tuple[int, Thing]]:
    """The missing products, with their position among all products."""
    there = set(Product.objects.values_list("title", flat=True))
    return [(i, thing) for i, thing in enumerate(shop.things) if thing.title not in there]


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


def _make_product(
    shop: Shop, thing: Thing, index: int, category: Category, shown: Sequence[Shown]
) -> None:
    """The product with its pictures in one write, then its stock."""
    tokens = [keep_picture(one.picture, folder=FOLDER).token for one in shown]
    by_value = {one.value: token for one, token in reversed(list(zip(shown, tokens, strict=True)))}
    product = catalog.save_product(
        data=ProductInput(
            title=thing.title,
            description=f"<p>{thing.text}</p>{thing.story}",
            status=ProductStatus.ACTIVE,
            brand=thing.brand,
            tags=thing.tags,
            attributes=dict(thing.facts),
            hsn_code=thing.hsn,
            tax_class=thing.tax_class,
            shipping_profile=_profile_of(thing),
            category_ids=[category.pk],
            options=[
                OptionInput(name=name, values=values) for name, values in thing.options.items()
            ],
            variants=list(_variants(shop, thing, index, by_value)),
            position=index,
        ),
        pictures=PicturesInput(
            order=tokens, alts={token: one.alt for token, one in zip(tokens, shown, strict=True)}
        ),
    )
    with transaction.atomic():
        for place, variant in enumerate(product.variants):
            stock = inventory.receive_stock(
                variant_ref=variant.id,
                sku=variant.sku,
                quantity=_pieces(thing, place),
                reason="first delivery",
            )
            inventory.set_low_stock_at(stock_item=stock, low_stock_at=5)


def _profile_of(thing: Thing) -> str:
    """Of a store that has the profile."""
    is_there = any(each.code == FRAGILE for each in list_profiles())
    return FRAGILE if is_there and thing.category in _FRAGILE else ""


def _pieces(thing: Thing, place: int) -> int:
    """The stock decreases by variant, and every seventh variant is sold out."""
    return 0 if place % 7 == 6 else max(thing.pieces - 2 * place, min(thing.pieces, 3))


def _variants(
    shop: Shop, thing: Thing, index: int, pictures: Mapping[str, str]
) -> Iterator[VariantInput]:
    names = list(thing.options)
    first = list(next(iter(thing.options.values()), ()))
    for place, values in enumerate(every_combination(*thing.options.values())):
        step = thing.steps * first.index(values[0]) if values else 0
        yield VariantInput(
            sku=f"{shop.slug[:2].upper()}-{index + 101}" + (f"-{place + 1}" if names else ""),
            option_values=dict(zip(names, values, strict=True)),
            prices=[
                PriceInput(
                    currency=shop.currency,
                    amount_minor=_minor(thing.price + step, shop),
                    compare_at_minor=_minor(thing.compare_at + step, shop)
                    if thing.compare_at
                    else None,
                )
            ],
            weight_grams=thing.grams,
            quantity_step=thing.pack,
            image_id=next((pictures[value] for value in values if value in pictures), ""),
        )


def _minor(whole: int, shop: Shop) -> int:
    return to_minor(parse_amount(whole, shop.currency))
