"""After the sale: ship, deliver, take back, cancel. Rows are locked in one order everywhere: order, payment, stock."""

from apps.fulfilment.services.answering import answer_failed_attempt
from apps.fulfilment.services.attempts import attempt_again, note_call, note_failed_attempt
from apps.fulfilment.services.cancelling import (
    cancel,
    cancel_rest,
    expire_unconfirmed_orders,
    expire_unpaid_order,
    expire_unpaid_orders,
)
from apps.fulfilment.services.changing import cancel_lines, change_order
from apps.fulfilment.services.collecting import (
    expire_pickups,
    give_up_collecting,
    hand_over,
)
from apps.fulfilment.services.confirming import (
    confirm_order,
    confirm_with_code,
    get_order_to_confirm,
    make_code,
    request_code,
)
from apps.fulfilment.services.crediting import Credit
from apps.fulfilment.services.delivering import mark_delivered, undo_delivery
from apps.fulfilment.services.expecting import note_waiting_orders, renew_days
from apps.fulfilment.services.following import (
    follow_pickup_places,
    require_no_orders,
    require_place,
    require_warehouse,
)
from apps.fulfilment.services.gift_cards import refund_gift_card
from apps.fulfilment.services.proving import save_proof
from apps.fulfilment.services.refund_rule import credit_for_undelivered
from apps.fulfilment.services.returning import (
    Pieces,
    expect_return,
    note_back,
    receive_return,
    resume_delivery,
)
from apps.fulfilment.services.scanning import SCAN_KINDS, Scan, record_scans, write_scans
from apps.fulfilment.services.shipping import correct_shipment, ship_order
from apps.fulfilment.services.splitting import split_order
from apps.fulfilment.services.together import send_together, ship_together

__all__ = [
    "SCAN_KINDS",
    "Credit",
    "Pieces",
    "Scan",
    "answer_failed_attempt",
    "attempt_again",
    "cancel",
    "cancel_lines",
    "cancel_rest",
    "change_order",
    "confirm_order",
    "confirm_with_code",
    "correct_shipment",
    "credit_for_undelivered",
    "expect_return",
    "expire_pickups",
    "expire_unconfirmed_orders",
    "expire_unpaid_order",
    "expire_unpaid_orders",
    "follow_pickup_places",
    "get_order_to_confirm",
    "give_up_collecting",
    "hand_over",
    "make_code",
    "mark_delivered",
    "note_back",
    "note_call",
    "note_failed_attempt",
    "note_waiting_orders",
    "receive_return",
    "record_scans",
    "refund_gift_card",
    "renew_days",
    "request_code",
    "require_no_orders",
    "require_place",
    "require_warehouse",
    "resume_delivery",
    "save_proof",
    "send_together",
    "ship_order",
    "ship_together",
    "split_order",
    "undo_delivery",
    "write_scans",
]
