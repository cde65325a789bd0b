"""What merchants pay the platform: when they are reminded, and when a shop closes."""

from config.settings.environment import env

# Days from an invoice to its due day, and from there until the shop is suspended.
BILLING_DUE_DAYS: int = env.int("BILLING_DUE_DAYS", default=7)
BILLING_GRACE_DAYS: int = env.int("BILLING_GRACE_DAYS", default=14)
# Days before the end of a trial, and after the due day of an invoice, on which the owners get a mail.
BILLING_TRIAL_REMINDER_DAYS: list[int] = [
    int(days) for days in env.list("BILLING_TRIAL_REMINDER_DAYS", default=["7", "3", "1"])
]
BILLING_OVERDUE_REMINDER_DAYS: list[int] = [
    int(days) for days in env.list("BILLING_OVERDUE_REMINDER_DAYS", default=["1", "5", "10"])
]
