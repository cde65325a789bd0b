"""The works of the table: what a shop does, on which sides, against which limit."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.builds import Server
from benchmarks.comparing import Side, Work
from benchmarks.inside.filling import COUPON
from benchmarks.load import Maker
from benchmarks.oscar import OscarShop
from benchmarks.shoppers import Shop, limit_requests

CACHED_GOAL = 2.5
ORDERS_A_SECOND = 60  # so many carts are made ready for each second of ordering


@dataclass(frozen=True)
class Sides:
    """Ours with and without the page cache, the limits, and those that are measured beside us."""

    limits: Server
    cached: Server
    uncached: Server
    shop: Shop
    few_carts: Shop
    many_carts: Shop
    large: Shop | None = None
    older: tuple[Server, Shop] | None = None
    oscar: tuple[Server, OscarShop] | None = None


def list_works(sides: Sides, seconds: float) -> Iterator[Work]:
    yield from _pages(sides)
    yield from _changes(sides, seconds)


def _pages(sides: Sides) -> Iterator[Work]:
    ours, cached, plain = sides.shop, sides.cached, sides.uncached
    kinds: Sequence[tuple[str, float, Callable[[Shop], Callable[[], Maker]], str]] = (
        ("home page", 0.0, Shop.home, "home"),
        ("product page", 0.45, Shop.product, "product"),
        ("category page with facets", 0.35, Shop.category, "category"),
    )
    for name, goal, requests, of_oscar in kinds:
        others = _others(sides, requests, of_oscar)
        few = ours.product(50) if requests is Shop.product else requests(ours)
        # a page is in the cache when it was asked for once: the warm-up does
        yield Work(
            f"{name}, from cache",
            "L_list",
            CACHED_GOAL,
            [_limit(sides, "L_list"), Side("ours", cached, few, warm_up=2.0), *others],
        )
        yield Work(
            f"{name}, uncached",
            "L_list",
            goal or None,
            [_limit(sides, "L_list"), Side("ours", plain, requests(ours)), *others],
        )
    yield Work(
        "search page, two words",
        "L_list",
        0.35,
        [
            _limit(sides, "L_list"),
            Side("ours", plain, ours.search()),
            *_others(sides, Shop.search, "search"),
        ],
    )
    yield Work(
        "`GET /api/v1/products`, 24",
        "L_list",
        0.8,
        [
            _limit(sides, "L_list"),
            Side("ours", plain, ours.listing()),
            *_others(sides, Shop.listing, "listing"),
        ],
    )
    if sides.large is not None:
        yield from _large(sides, sides.large)


def _large(sides: Sides, large: Shop) -> Iterator[Work]:
    """The same pages with many products, beside those of the small shop in place of an older build."""
    much = f"{large.slug.rpartition('-')[2]} products"
    for name, goal, requests in (
        (f"product page, uncached, {much}", 0.45, Shop.product),
        (f"category page with facets, uncached, {much}", 0.35 / 1.3, Shop.category),
        (f"search page, two words, {much}", 0.2, Shop.search),
        (f"`GET /api/v1/products`, 24, {much}", 0.8, Shop.listing),
    ):
        yield Work(
            name,
            "L_list",
            goal,
            [
                _limit(sides, "L_list"),
                Side("ours", sides.uncached, requests(large)),  # type: ignore[operator]
                Side("with few", sides.uncached, requests(sides.shop)),  # type: ignore[operator]
            ],
        )


def _changes(sides: Sides, seconds: float) -> Iterator[Work]:
    server, ours = sides.uncached, sides.shop
    yield Work(
        "add to cart",
        "L_hook",
        0.3,
        [
            _limit(sides, "L_hook"),
            Side("ours", server, ours.adding()),
            *_others(sides, Shop.adding, "adding"),
        ],
    )
    count = max(int(seconds * ORDERS_A_SECOND / 3), 8)
    others = []
    if sides.older is not None:
        old_server, old = sides.older
        others.append(Side("older", old_server, old.ordering(old_server, count), warm_up=0))
    others += _oscars_order(sides, count)
    placing = Side("ours", server, ours.ordering(server, count), warm_up=0)
    yield Work("place an order", "L_order", 0.3, [_limit(sides, "L_order"), placing, *others])
    yield Work(
        "place an order with coupon and GST",
        "L_order",
        0.3,
        [
            _limit(sides, "L_order"),
            Side("ours", server, ours.ordering(server, count, COUPON), warm_up=0),
            *_oscars_order(sides, count, COUPON),
        ],
    )
    many, few = sides.many_carts, sides.few_carts
    yield Work(
        f"place an order, {many.slug.rpartition('-')[2]} carts in the store",
        "L_order",
        0.3,
        [
            _limit(sides, "L_order"),
            Side("ours", server, many.ordering(server, count), warm_up=0),
            Side("with few", server, few.ordering(server, count), warm_up=0),
        ],
    )
    hooks = ours.hooks(int(seconds * 500))
    yield Work(
        "payment webhook in",
        "L_hook",
        0.6,
        [_limit(sides, "L_hook"), Side("ours", server, hooks, warm_up=0)],
    )


def _oscars_order(sides: Sides, count: int, code: str = "") -> list[Side]:
    if sides.oscar is None:
        return []
    peer, oscar = sides.oscar
    return [Side("oscar", peer, oscar.ordering(peer, count, code), warm_up=0)]


def _limit(sides: Sides, name: str) -> Side:
    return Side("limit", sides.limits, limit_requests(name))


def _others(
    sides: Sides, requests: Callable[[Shop], Callable[[], Maker]], of_oscar: str
) -> list[Side]:
    found = []
    if sides.older is not None:
        found.append(Side("older", sides.older[0], requests(sides.older[1])))
    if sides.oscar is not None:
        found.append(Side("oscar", sides.oscar[0], getattr(sides.oscar[1], of_oscar)()))
    return found
