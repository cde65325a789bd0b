"""Every write to stock. Each locks the stock rows sorted by id, changes the counters, and writes the ledger."""

from apps.inventory.services.adjusting import change_stock, move_stock
from apps.inventory.services.alerting import alert_low_stock, save_stock_alerts
from apps.inventory.services.bundling import (
    BundledPart,
    delete_bundle,
    forget_bundles,
    save_bundle,
)
from apps.inventory.services.consigning import (
    LineInput,
    cancel_consignment,
    receive_consignment,
    reschedule_consignment,
    save_consignment,
    send_consignment,
)
from apps.inventory.services.counting import (
    cancel_stock_take,
    close_stock_take,
    open_stock_take,
    plan_stock_take,
    record_count,
)
from apps.inventory.services.importing import (
    apply_import,
    continue_imports,
    discard_import,
    stop_import,
    try_import_again,
    upload_stock,
)
from apps.inventory.services.noticing import (
    ask_for_notice,
    confirm_notice,
    forget_notices,
    notice_token,
    read_notice,
    send_notices,
    withdraw_notice,
)
from apps.inventory.services.recording import begin_stock_take, record_stock
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
    "LineInput",
    "alert_low_stock",
    "allocate_stock",
    "apply_import",
    "ask_for_notice",
    "begin_stock_take",
    "cancel_consignment",
    "cancel_stock_take",
    "change_stock",
    "close_stock_take",
    "commit_stock",
    "confirm_notice",
    "continue_imports",
    "delete_bundle",
    "discard_import",
    "end_preorders",
    "follow_warehouse",
    "forget_bundles",
    "forget_notices",
    "move_stock",
    "notice_token",
    "open_stock_take",
    "plan_stock_take",
    "read_notice",
    "receive_consignment",
    "receive_stock",
    "record_count",
    "record_stock",
    "release_stock",
    "require_countable",
    "reschedule_consignment",
    "reserve_stock",
    "return_stock",
    "save_bundle",
    "save_consignment",
    "save_stock_alerts",
    "send_consignment",
    "send_notices",
    "set_low_stock_at",
    "set_on_hand",
    "set_policy",
    "stop_import",
    "try_import_again",
    "upload_stock",
    "withdraw_notice",
]
