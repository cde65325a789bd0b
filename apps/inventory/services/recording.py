"""Several writes of stock that a program asks for in one request: all of them, or none."""

from datetime import date
from typing import Annotated

from django.db import transaction

from apps.common.actor import Actor
from apps.common.typed_text import Block, Code, Line, cleans_text
from apps.inventory.models import StockItem, StockTake, Warehouse
from apps.inventory.services.counting import open_stock_take, plan_stock_take
from apps.inventory.services.stocking import (
    receive_stock,
    set_low_stock_at,
    set_on_hand,
    set_policy,
)
from apps.inventory.states import StockPolicy
from apps.tenancy.retrying import repeated_on_deadlock


@cleans_text
@repeated_on_deadlock
def record_stock(
    *,
    variant_ref: str,
    sku: Annotated[str, Code(64)],
    warehouse: Warehouse | None = None,
    received: int = 0,
    on_hand: int | None = None,
    sets_low_stock: bool = False,
    low_stock_at: int | None = None,
    policy: StockPolicy | None = None,
    limit: int | None = None,
    release_on: date | None = None,
    reason: Annotated[str, Line(200)] = "",
    actor: Actor | None = None,
) -> StockItem:
    """A delivery or a count, with the row's threshold and policy. `on_hand` and `policy` None: they stay as they are.

    Raises what `receive_stock`, `set_on_hand`, `set_low_stock_at` and `set_policy` raise; then no piece is booked.
    """
    with transaction.atomic():
        item = receive_stock(
            variant_ref=variant_ref,
            sku=sku,
            quantity=received,
            warehouse=warehouse,
            reason=reason,
            actor=actor,
        )
        if on_hand is not None:
            item = set_on_hand(stock_item=item, on_hand=on_hand, reason=reason, actor=actor)
        if sets_low_stock:
            item = set_low_stock_at(stock_item=item, low_stock_at=low_stock_at)
        if policy is not None:
            item = set_policy(stock_item=item, policy=policy, limit=limit, release_on=release_on)
    return item


@cleans_text
@repeated_on_deadlock
def begin_stock_take(
    *,
    name: Annotated[str, Line(120, required=True)],
    warehouse: Warehouse,
    skus: Annotated[str, Block(200_000)] = "",
    actor: Actor,
) -> StockTake:
    """Plan a count and open it. What refuses it leaves no plan behind."""
    with transaction.atomic():
        take = plan_stock_take(name=name, warehouse=warehouse, skus=skus, actor=actor)
        return open_stock_take(take=take, actor=actor)
