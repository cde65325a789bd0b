"""Every write of carts. Each is one compare-and-set of one document; the loser of a race retries."""

from apps.carts.services.claiming import (
    claim_cart,
    close_cart,
    close_claimed,
    reopen_cart,
    unclose_cart,
)
from apps.carts.services.coupons import add_code, remove_code
from apps.carts.services.drafting import (
    DraftPieces,
    build_draft_cart,
    make_draft_cart,
)
from apps.carts.services.editing import (
    add_item,
    find_or_build_cart,
    get_or_create_cart,
    purge_expired,
    refill,
    remove_item,
    set_quantity,
    take_what_is_left,
)
from apps.carts.services.merging import merge_carts

__all__ = [
    "DraftPieces",
    "add_code",
    "add_item",
    "build_draft_cart",
    "claim_cart",
    "close_cart",
    "close_claimed",
    "find_or_build_cart",
    "get_or_create_cart",
    "make_draft_cart",
    "merge_carts",
    "purge_expired",
    "refill",
    "remove_code",
    "remove_item",
    "reopen_cart",
    "set_quantity",
    "take_what_is_left",
    "unclose_cart",
]
