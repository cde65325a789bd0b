"""Every write of gift cards and store credit."""

from apps.giftcards.services.booking import spend
from apps.giftcards.services.cards import (
    MOST_AT_ONCE,
    IssuedCard,
    adjust_card,
    expire_cards,
    issue_batch,
    issue_card,
    replace_code,
    set_disabled,
)
from apps.giftcards.services.credits import adjust_credit, open_credit
from apps.giftcards.services.erasing import erase, erase_cards_of
from apps.giftcards.services.giving import give_back, refund_to_credit, refund_to_new_card
from apps.giftcards.services.selling import (
    close_all_sold,
    close_sold,
    issue_sold,
    resend_card,
    send_due_cards,
)

__all__ = [
    "MOST_AT_ONCE",
    "IssuedCard",
    "adjust_card",
    "adjust_credit",
    "close_all_sold",
    "close_sold",
    "erase",
    "erase_cards_of",
    "expire_cards",
    "give_back",
    "issue_batch",
    "issue_card",
    "issue_sold",
    "open_credit",
    "refund_to_credit",
    "refund_to_new_card",
    "replace_code",
    "resend_card",
    "send_due_cards",
    "set_disabled",
    "spend",
]
