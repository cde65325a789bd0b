"""Fifty buyers at the same moment for a product of which ten pieces are there: exactly ten may get one."""

import dataclasses

from benchmarks.builds import Server
from benchmarks.load import run_load
from benchmarks.shoppers import Shop

BUYERS, PIECES, RUNS = 50, 10, 3


def count_orders(shop: Shop, server: Server) -> list[int]:
    """The orders of each run."""
    variants: list[str] = shop.build.fill("scarce", shop.slug, RUNS)
    return [
        _run(dataclasses.replace(shop, products=[("", variant)]), server) for variant in variants
    ]


def _run(shop: Shop, server: Server) -> int:
    carts = shop.fill_carts(server, BUYERS)
    result = run_load(
        lambda number: shop.order(carts[number]) if number < BUYERS else None,
        port=server.port,
        seconds=60,
        warm_up=0,
        connections=BUYERS,
    )
    unknown = {status for status in result.statuses if status not in (201, 409, 422)}
    if unknown:
        raise RuntimeError(f"{BUYERS} buyers: answers {result.statuses}")
    return result.statuses.get(201, 0)
