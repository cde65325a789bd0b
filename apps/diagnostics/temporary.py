"""What does not stay: rows and documents that are deleted by themselves, when, and by what.

Every other model is kept for as long as its store. `tests/diagnostics/test_temporary.py` knows those by name, so that a new
model is put into one of the two lists, and sees each of these expire.
"""

from typing import Final, NamedTuple


class Expiry(NamedTuple):
    """`by` is the name of a sweep, which runs in every store, or of a task of the clock."""

    what: str
    after: str
    by: str


TEMPORARY: Final = {
    "carts.Cart": Expiry(
        "carts",
        "30 days after the last change, 7 days after they were ordered",
        "carts.purge_expired_carts",
    ),
    "pictures.KeptPicture": Expiry(
        "uploaded pictures whose form was not saved, with their files",
        "a day",
        "pictures.sweep_kept_pictures",
    ),
    "events.IdempotencyKey": Expiry("idempotency keys", "a day", "events.prune_events"),
    "events.OutboxMessage": Expiry(
        "delivered messages of the outbox; dead ones wait for staff",
        "a week",
        "events.prune_events",
    ),
    "inventory.StockNotice": Expiry(
        "back-in-stock notices",
        "2 days unconfirmed, 180 days of waiting, 7 days after they were sent",
        "inventory.forget_notices",
    ),
    "partners.WebhookDelivery": Expiry(
        "messages to partners' programs, with the data of buyers in them",
        "30 days",
        "partners.forget_old_webhooks",
    ),
    "partners.WebhookAttempt": Expiry(
        "tries of these messages", "with their message", "partners.forget_old_webhooks"
    ),
    "notifications.SentMail": Expiry("mails", "180 days", "notifications.forget_old_mails"),
    "search.MissedSearch": Expiry(
        "searches without a result", "90 days", "catalog.forget_missed_searches"
    ),
    "search.StaleMark": Expiry(
        "marks on entries of the search that may be old",
        "the entry is right again",
        "catalog.renew_marked_entries",
    ),
    "sessions.Session": Expiry("sessions", "their own end", "accounts.prune_sessions_and_tokens"),
    "token_blacklist.OutstandingToken": Expiry(
        "refresh tokens", "their own end", "accounts.prune_sessions_and_tokens"
    ),
    "token_blacklist.BlacklistedToken": Expiry(
        "marks on refused refresh tokens",
        "the end of the token",
        "accounts.prune_sessions_and_tokens",
    ),
    "platform.UsageMetric": Expiry(
        "days of stores", "400 days (`USAGE_DAYS`)", "metering.prune_usage"
    ),
    "metering.CountedBatch": Expiry("marks of counted API calls", "2 days", "metering.prune_usage"),
    "insight.GoneDay": Expiry(
        "days of stores that were deleted", "400 days (`USAGE_DAYS`)", "insight.rebuild_figures"
    ),
    "metering.ApiCall": Expiry("API calls", "30 days (`API_LOG_DAYS`)", "metering.prune_usage"),
    "platform.WakeUp": Expiry(
        "notes that a store has work due", "the work was done", "platform.wake_stores"
    ),
}
