"""Writes of mails: write one, deliver it, and keep what its reader wants."""

from apps.notifications.services.bouncing import clear_address, note_refusal, record_report
from apps.notifications.services.confirming import MOST_ASKED, confirm_consent, read_consent_token
from apps.notifications.services.consenting import (
    Wish,
    end_consent,
    list_wishes,
    may_send,
    opt_in,
    opt_out,
    save_wishes,
)
from apps.notifications.services.delivering import (
    KEEP_MAILS,
    NOBODY_THERE,
    NOT_NEEDED,
    SANDBOX_SENDS_NOTHING,
    UNWANTED,
    deliver_mail,
    forget_old_mails,
    send_again,
)
from apps.notifications.services.erasing import (
    ERASED,
    KEEP_PROOF,
    erase_reader,
    forget_erased_wishes,
)
from apps.notifications.services.setting import save_mail_settings
from apps.notifications.services.trying import preview_mail, send_test_mail
from apps.notifications.services.unsubscribing import (
    Reader,
    read_unsubscribe_token,
    unsubscribe_url,
)
from apps.notifications.services.wording import reset_wording, restore_wording, save_wording
from apps.notifications.services.writing import send_mail_to

__all__ = [
    "ERASED",
    "KEEP_MAILS",
    "KEEP_PROOF",
    "MOST_ASKED",
    "NOBODY_THERE",
    "NOT_NEEDED",
    "SANDBOX_SENDS_NOTHING",
    "UNWANTED",
    "Reader",
    "Wish",
    "clear_address",
    "confirm_consent",
    "deliver_mail",
    "end_consent",
    "erase_reader",
    "forget_erased_wishes",
    "forget_old_mails",
    "list_wishes",
    "may_send",
    "note_refusal",
    "opt_in",
    "opt_out",
    "preview_mail",
    "read_consent_token",
    "read_unsubscribe_token",
    "record_report",
    "reset_wording",
    "restore_wording",
    "save_mail_settings",
    "save_wishes",
    "save_wording",
    "send_again",
    "send_mail_to",
    "send_test_mail",
    "unsubscribe_url",
]
