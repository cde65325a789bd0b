"""Reads for pages across apps: product cards, sentences about delivery."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from django.core.files.storage import default_storage

from apps.catalog.documents import Product
from apps.catalog.selectors import (
    CategoryNode,
    category_nodes,
    category_tree,
    find_products,
    get_category,
)
from apps.inventory.selectors import get_availability
from apps.prices.rules import NO_GROUPS, Groups
from apps.pricing.selectors import get_shipping_map, get_tax_settings
from apps.shipping.areas import Load, Place
from apps.shipping.estimates import Estimate
from apps.shipping.selectors import estimate_single
from apps.storefront.cards import Card, Photo, read_cards
from apps.tenancy.context import current_store
from apps.tenancy.versioned_cache import cached_by_version

SHELF_LENGTH = 8
RELATED_LENGTH = 4


def with_stock(cards: Sequence[Card], stock: Mapping[str, int] | None = None) -> list[Card]:
    """The same cards with `is_sold_out` as it is now: one query, none where the caller has read the stock."""
    if stock is None:
        refs = {ref for card in cards for ref in card.counted_refs}
        stock = get_availability(sorted(refs)) if refs else {}
    return [
        replace(card, is_sold_out=not any(stock.get(ref, 0) > 0 for ref in card.counted_refs))
        if card.counted_refs
        else card
        for card in cards
    ]


def list_shelf(
    sort: str, category: CategoryNode | None = None, groups: Groups = NO_GROUPS
) -> list[Card]:
    """The first products of the store or of a category at the prices of these groups, without stock; no read while the
    catalog stays as it is."""
    return _read_shelf(sort, category.slug if category else "", groups)


@cached_by_version(besides="inventory")
def _read_shelf(sort: str, slug: str, groups: Groups) -> list[Card]:
    category = get_category(slug) if slug else None
    ids = find_products(category=category, sort=sort, per_page=SHELF_LENGTH).ids
    cards = read_cards(ids, groups)
    return [cards[key] for key in ids if key in cards]


@dataclass(frozen=True)
class CategoryTile:
    """A top category with a picture: its own, or else of its first product."""

    name: str
    slug: str
    photo: Photo | None


@dataclass(frozen=True)
class HomePage:
    """The start page of a store: its categories, and products from each of them in turn."""

    tiles: tuple[CategoryTile, ...]
    popular: tuple[Card, ...]


@cached_by_version(besides="inventory")
def get_window(groups: Groups = NO_GROUPS) -> HomePage:
    """For the home page, without stock; no read while the catalog stays as it is, two per category otherwise."""
    shelves = [(node, list_shelf("featured", node, groups)) for node in category_tree()]
    tiles = tuple(
        CategoryTile(node.name, node.slug, _tile_photo(node, shelf)) for node, shelf in shelves
    )
    in_turn = zip_longest(*(shelf for _, shelf in shelves))
    popular = {card.slug: card for row in in_turn for card in row if card is not None}
    if len(popular) < SHELF_LENGTH:
        popular |= {card.slug: card for card in list_shelf("featured", groups=groups)}
    return HomePage(tiles, tuple(popular.values())[:SHELF_LENGTH])


def _tile_photo(node: CategoryNode, shelf: Sequence[Card]) -> Photo | None:
    if node.image:
        return Photo(default_storage.url(node.image), "", 640, 400, "")
    return next((card.photo for card in shelf if card.photo), None)


def find_category_of(product: Product) -> CategoryNode | None:
    """The product's first visible category; no read when the tree is cached."""
    nodes = category_nodes()
    return next((nodes[pk] for pk in product.category_ids if pk in nodes), None)


def list_related(
    product: Product, category: CategoryNode | None, groups: Groups = NO_GROUPS
) -> list[Card]:
    """Other products of the same category, from the cache."""
    shelf = list_shelf("featured", category, groups)
    return [card for card in shelf if card.slug != product.link_slug][:RELATED_LENGTH]


@dataclass(frozen=True)
class Delivery:
    """Delivery to the store's own country by its first shipping method, for texts; never for prices."""

    days_min: int
    days_max: int
    free_above_minor: int | None
    prices_include_tax: bool
    is_known: bool = True

    def estimate(self, variant_refs: Iterable[str] = ()) -> Estimate:
        """When one piece of them arrives that is ordered now."""
        address = {"country": current_store().country}
        return estimate_single((self.days_min, self.days_max), variant_refs, address)


@cached_by_version("pricing", "shipping")
def get_delivery(profile: str = "") -> Delivery:
    """What pages say about delivery and tax, of goods with that shipping profile: cached, at most two queries."""
    store = current_store()
    place, load = Place.at(store.country), Load(pieces={profile: 1} if profile else {})
    ways = get_shipping_map(store.currency).ways(place, load)
    method = next((each for each in ways if not each.is_pickup), None)
    include_tax = get_tax_settings().prices_include_tax
    if method is None:
        return Delivery(0, 0, None, include_tax, is_known=False)
    return Delivery(*method.days, method.free_above_minor, include_tax)
