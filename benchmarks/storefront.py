"""The table of pages, API and orders: this build, and what is measured beside it, side by side."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from benchmarks.builds import Build, Server, older_build, this_build
from benchmarks.buyers import BUYERS, PIECES, count_orders
from benchmarks.comparing import Figure, Work, compare
from benchmarks.lines import Line
from benchmarks.oscar import ensure_oscar
from benchmarks.shop import SLUG
from benchmarks.shoppers import open_shop
from benchmarks.works import Sides, list_works

PRODUCTS, CARTS = 1_000, 2_000
FEW_CARTS = 10
Say = Callable[[str], None]
Results = list[tuple[Work, dict[str, Figure]]]


def measure_storefront(
    *, seconds: float, products: int, carts: int, against: str, peer: str, only: str, say: Say
) -> tuple[Results, list[Line]]:
    """`products`: of a second, large store; 0 for none. `carts`: of the store with many. `only`: works whose name contains it."""
    with ExitStack() as stack:
        sides = _open_sides(stack, products, carts, against, peer, say)
        results: Results = []
        for work in list_works(sides, seconds):
            if only in work.name:
                say(work.name)
                results.append((work, compare(work, seconds)))
        lines = []
        if only in "buyers":
            say(f"{BUYERS} buyers")
            lines = _measure_buyers(sides)
        return results, lines


def _open_sides(
    stack: ExitStack, products: int, carts: int, against: str, peer: str, say: Say
) -> Sides:
    ours = this_build()
    say("Filling the stores")
    shop = open_shop(ours, SLUG, products=PRODUCTS, carts=CARTS, with_coupon=True)
    few = open_shop(ours, f"{SLUG}-carts-{FEW_CARTS}", products=50, carts=FEW_CARTS)
    many = open_shop(ours, f"{SLUG}-carts-{carts}", products=50, carts=carts)
    large = open_shop(ours, f"{SLUG}-{products}", products=products, carts=0) if products else None
    older = oscar = None
    if against:
        say(f"Preparing {against}")
        build = older_build(against)
        stack.enter_context(_running(build))
        old_shop = open_shop(build, SLUG, products=PRODUCTS, carts=CARTS)
        older = (stack.enter_context(build.serve()), old_shop)
    if peer == "oscar":
        say("Preparing django-oscar")
        theirs = ensure_oscar(os.environ["DATABASE_URL"])
        peer_shop = theirs.fill(PRODUCTS)
        oscar = (stack.enter_context(theirs.serve(ours.state)), peer_shop)
    return Sides(
        limits=stack.enter_context(ours.serve("/constant", BENCH_LIMITS="1")),
        cached=stack.enter_context(ours.serve()),
        uncached=stack.enter_context(ours.serve(BENCH_PAGE_CACHE="0")),
        shop=shop,
        few_carts=few,
        many_carts=many,
        large=large,
        older=older,
        oscar=oscar,
    )


@contextmanager
def _running(build: Build) -> Iterator[None]:
    try:
        build.up()
        yield
    finally:
        build.down()


def _measure_buyers(sides: Sides) -> list[Line]:
    servers: list[tuple[str, Server, object]] = [("", sides.uncached, sides.shop)]
    if sides.older is not None:
        servers.append((", older build", *sides.older))
    lines = []
    for name, server, shop in servers:
        runs = count_orders(shop, server)  # type: ignore[arg-type]
        shown = ", ".join(str(count) for count in runs)
        lines.append(
            Line(
                f"orders of {BUYERS} buyers at once, stock {PIECES}{name}",
                shown,
                f"stock {PIECES}",
                max(runs) / PIECES,
                f"exactly {PIECES}",
                all(count == PIECES for count in runs),
            )
        )
    return lines
