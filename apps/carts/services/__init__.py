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
from apps.carts.services.keeping import (
    accept_changes,
    dismiss_notices,
    remove_saved,
    save_for_later,
    take_back,
)
from apps.carts.services.merging import MergeChoice, answer_merge, merge_carts
from apps.carts.services.reminding import count_reminder, note_contact, stop_reminding
from apps.carts.services.setting import save_cart_settings

__all__ = [
    "DraftPieces",
    "MergeChoice",
    "accept_changes",
    "add_code",
    "add_item",
    "answer_merge",
    "build_draft_cart",
    "claim_cart",
    "close_cart",
    "close_claimed",
    "count_reminder",
    "dismiss_notices",
    "find_or_build_cart",
    "get_or_create_cart",
    "make_draft_cart",
    "merge_carts",
    "note_contact",
    "purge_expired",
    "refill",
    "remove_code",
    "remove_item",
    "remove_saved",
    "reopen_cart",
    "save_cart_settings",
    "save_for_later",
    "set_quantity",
    "stop_reminding",
    "take_back",
    "take_what_is_left",
    "unclose_cart",
]
