"""Writes of mails: write one, deliver it, and keep what its reader wants."""

from apps.notifications.services.bouncing import clear_address, note_refusal, record_report
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
from apps.notifications.services.trying import preview_mail, send_test_mail
from apps.notifications.services.wording import reset_wording, restore_wording, save_wording
from apps.notifications.services.writing import send_mail_to

__all__ = [
    "KEEP_MAILS",
    "NOBODY_THERE",
    "SANDBOX_SENDS_NOTHING",
    "UNWANTED",
    "Reader",
    "Wish",
    "clear_address",
    "deliver_mail",
    "forget_old_mails",
    "list_wishes",
    "may_send",
    "note_refusal",
    "opt_in",
    "opt_out",
    "preview_mail",
    "read_unsubscribe_token",
    "record_report",
    "reset_wording",
    "restore_wording",
    "save_wishes",
    "save_wording",
    "send_again",
    "send_mail_to",
    "send_test_mail",
    "unsubscribe_url",
]
