"""Every write to stock. Each locks the stock rows sorted by id, changes the counters, and writes the ledger."""

from apps.inventory.services.bundling import (
    BundledPart,
    delete_bundle,
    forget_bundles,
    save_bundle,
)
from apps.inventory.services.reserving import (
    allocate_stock,
    commit_stock,
    release_stock,
    reserve_stock,
    return_stock,
)
from apps.inventory.services.selling_out import follow_warehouse
from apps.inventory.services.stocking import (
    end_preorders,
    receive_stock,
    require_countable,
    set_low_stock_at,
    set_on_hand,
    set_policy,
)

__all__ = [
    "BundledPart",
    "allocate_stock",
    "commit_stock",
    "delete_bundle",
    "end_preorders",
    "follow_warehouse",
    "forget_bundles",
    "receive_stock",
    "release_stock",
    "require_countable",
    "reserve_stock",
    "return_stock",
    "save_bundle",
    "set_low_stock_at",
    "set_on_hand",
    "set_policy",
]
