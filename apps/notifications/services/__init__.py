"""Writes of mails: write one, deliver it, and keep what its reader wants."""

from apps.notifications.services.consenting import (
    Reader,
    Wish,
    list_wishes,
    may_send,
    opt_in,
    opt_out,
    read_unsubscribe_token,
    save_wishes,
    unsubscribe_url,
)
from apps.notifications.services.delivering import (
    KEEP_MAILS,
    NOBODY_THERE,
    SANDBOX_SENDS_NOTHING,
    UNWANTED,
    deliver_mail,
    forget_old_mails,
    send_again,
)
from apps.notifications.services.writing import send_mail_to

__all__ = [
    "KEEP_MAILS",
    "NOBODY_THERE",
    "SANDBOX_SENDS_NOTHING",
    "UNWANTED",
    "Reader",
    "Wish",
    "deliver_mail",
    "forget_old_mails",
    "list_wishes",
    "may_send",
    "opt_in",
    "opt_out",
    "read_unsubscribe_token",
    "save_wishes",
    "send_again",
    "send_mail_to",
    "unsubscribe_url",
]
