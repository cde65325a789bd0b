"""Every write of payments: opening, settling, refunding, and handling events of gateways."""

from apps.payments.services.adapting import adapt_payments
from apps.payments.services.balancing import (
    ask_for_rest,
    refund_excess,
    waive_missing,
    write_off_rest,
)
from apps.payments.services.capturing import (
    capture_up_to,
    look_after_hold,
    look_after_holds,
    send_capture,
    send_waiting_captures,
)
from apps.payments.services.collecting import (
    collect_cash,
    reduce_cash,
    undo_cash,
)
from apps.payments.services.creating import (
    create_payment,
    open_at_gateway,
    pay_again,
    reconcile_new_payments,
    reconcile_payment,
)
from apps.payments.services.deciding import capture_again, look_again, refund_again
from apps.payments.services.holding import authorize_payment, release_payment
from apps.payments.services.inbox import (
    settle_event,
)
from apps.payments.services.moving import pay_with_goods
from apps.payments.services.offering import (
    remove_gateway_keys,
    save_bank_account,
    save_cash_settings,
    save_gateway_keys,
    save_payment_method,
    save_payment_settings,
    try_gateway_keys,
)
from apps.payments.services.prepaying import prepay
from apps.payments.services.refunding import (
    refund_part,
    refund_payment,
    send_refund,
    send_waiting_refunds,
)
from apps.payments.services.settling import (
    ask_gateway,
    book_state,
    close_at_gateway,
    confirm_payment,
    fail_payment,
    note_confirming,
    settle_free_order,
    settle_from_gateway,
)
from apps.payments.services.transferring import book_next_transfer, book_transfer
from apps.payments.services.undoing import give_up_rest, undo_payments

__all__ = [
    "adapt_payments",
    "ask_for_rest",
    "ask_gateway",
    "authorize_payment",
    "book_next_transfer",
    "book_state",
    "book_transfer",
    "capture_again",
    "capture_up_to",
    "close_at_gateway",
    "collect_cash",
    "confirm_payment",
    "create_payment",
    "fail_payment",
    "give_up_rest",
    "look_after_hold",
    "look_after_holds",
    "look_again",
    "note_confirming",
    "open_at_gateway",
    "pay_again",
    "pay_with_goods",
    "prepay",
    "reconcile_new_payments",
    "reconcile_payment",
    "reduce_cash",
    "refund_again",
    "refund_excess",
    "refund_part",
    "refund_payment",
    "release_payment",
    "remove_gateway_keys",
    "save_bank_account",
    "save_cash_settings",
    "save_gateway_keys",
    "save_payment_method",
    "save_payment_settings",
    "send_capture",
    "send_refund",
    "send_waiting_captures",
    "send_waiting_refunds",
    "settle_event",
    "settle_free_order",
    "settle_from_gateway",
    "try_gateway_keys",
    "undo_cash",
    "undo_payments",
    "waive_missing",
    "write_off_rest",
]
