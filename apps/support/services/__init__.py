"""Writes of tickets: open, talk, move, merge, rate, receive mail, erase."""

from apps.support.services.erasing import erase, erase_tickets_of
from apps.support.services.files import ACCEPT, CheckedFile, check_file, check_uploads
from apps.support.services.merging import merge_tickets
from apps.support.services.moving import assign, set_priority, set_state, set_tags
from apps.support.services.opening import open_ticket
from apps.support.services.receiving import forget_raw_mails, handle_mail, receive_mail
from apps.support.services.saving import renew_secret, save_support_settings
from apps.support.services.talking import add_note, answer_as_staff, rate, reply_as_buyer
from apps.support.services.watching import close_solved, mark_breaches

__all__ = [
    "ACCEPT",
    "CheckedFile",
    "add_note",
    "answer_as_staff",
    "assign",
    "check_file",
    "check_uploads",
    "close_solved",
    "erase",
    "erase_tickets_of",
    "forget_raw_mails",
    "handle_mail",
    "mark_breaches",
    "merge_tickets",
    "open_ticket",
    "rate",
    "receive_mail",
    "renew_secret",
    "reply_as_buyer",
    "save_support_settings",
    "set_priority",
    "set_state",
    "set_tags",
]
