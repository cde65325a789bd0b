"""What changes about subscriptions and their money. Every function locks the store's row first: two that press at once, or
a person and the clock, go one after the other."""

from apps.billing.services.accounts import (
    page_for_method,
    refresh_account,
    take_saved_method,
)
from apps.billing.services.changing import change_plan
from apps.billing.services.charging import ask_again, close_charge, open_charge, refresh_charge
from apps.billing.services.clock import take_due_steps
from apps.billing.services.details import save_payer
from apps.billing.services.ending import cancel_subscription, resume_subscription
from apps.billing.services.online import pay_online
from apps.billing.services.paying import apply_event, mark_paid, write_off
from apps.billing.services.refunding import find_refundable, refund_payment
from apps.billing.services.starting import start_billing

__all__ = [
    "apply_event",
    "ask_again",
    "cancel_subscription",
    "change_plan",
    "close_charge",
    "find_refundable",
    "mark_paid",
    "open_charge",
    "page_for_method",
    "pay_online",
    "refresh_account",
    "refresh_charge",
    "refund_payment",
    "resume_subscription",
    "save_payer",
    "start_billing",
    "take_due_steps",
    "take_saved_method",
    "write_off",
]
