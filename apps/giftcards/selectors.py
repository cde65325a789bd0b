"""Reads of gift cards and store credit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.gateways.installed import GIFT_CARD, STORE_CREDIT
from apps.giftcards.codes import hash_code, read_code
from apps.giftcards.errors import GiftCardNotFound, GiftCardNotUsable, GiftCardUsedUp
from apps.giftcards.models import Account, GiftCard, StoreCredit, StoreCreditEntry
from apps.orders.models import Order
from apps.tenancy.context import current_store, system_scope

MOST_CARDS = 5


@dataclass(frozen=True)
class Share:
    """What a card or a store credit pays of an order. `balance_minor` is what it had before."""

    account: Account
    gateway_code: str
    amount_minor: int
    last_four: str = ""

    @property
    def left_minor(self) -> int:
        return self.account.balance_minor - self.amount_minor


def find_card(typed: str) -> GiftCard:
    """The card with this code, if it can be used. Raises `GiftCardUsedUp`, and `GiftCardNotUsable` for every other code alike.

    For people who know the code: row security shows cards to staff only.
    """
    plain = read_code(typed)
    card = None
    if plain:
        with system_scope("gift_card"):
            card = GiftCard.objects.filter(code_hash=hash_code(plain)).first()
    is_ours = card is not None and card.currency == current_store().currency
    if card is not None and is_ours and card.is_usable:
        return card
    error = (
        GiftCardUsedUp if card is not None and is_ours and card.is_used_up else GiftCardNotUsable
    )
    raise error(str(error.title), fields={"gift_cards": [str(error.title)]})


def plan_shares(
    *,
    codes: Sequence[str],
    customer_id: UUID | None,
    uses_store_credit: bool,
    total_minor: int,
) -> list[Share]:
    """What pays first of a total: cards in their order, then store credit. No statement without them.

    A card that is named twice counts once, and one that is not needed is left out. Raises `GiftCardNotUsable`.
    """
    if len(codes) > MOST_CARDS:
        sentence = gettext("At most %(most)s gift cards for an order.") % {"most": MOST_CARDS}
        raise GiftCardNotUsable(sentence, fields={"gift_cards": [sentence]})
    accounts: dict[UUID, tuple[Account, str, str]] = {}
    for code in codes:
        card = find_card(code)
        accounts[card.pk] = (card, GIFT_CARD, card.last_four)
    if uses_store_credit and customer_id is not None:
        credit = get_credit_of(customer_id)
        if credit is not None and credit.currency == current_store().currency:
            accounts[credit.pk] = (credit, STORE_CREDIT, "")
    shares, left = [], total_minor
    for account, gateway_code, last_four in accounts.values():
        amount = min(account.balance_minor, left)
        if amount > 0:
            shares.append(Share(account, gateway_code, amount, last_four))
            left -= amount
    return shares


def list_sold(order: Order) -> list[GiftCard]:
    """The cards that were bought with an order, by their day: one query, none for an order without any.

    For people who may see the order: row security shows cards to staff only. No code is in them.
    """
    if not order.voucher_minor:
        return []
    with system_scope("gift_card"):
        return list(GiftCard.objects.filter(order_ref=order.pk).order_by("deliver_on", "pk"))


def get_sold(order: Order, card_id: UUID) -> GiftCard:
    """Raises `GiftCardNotFound` for a card that was not bought with that order."""
    found = next((card for card in list_sold(order) if card.pk == card_id), None)
    if found is None:
        raise GiftCardNotFound
    return found


def personal_data_of(customer: User) -> list[dict[str, Any]]:
    """What gift cards say of a person, as giver or recipient: for an export. One query."""
    with system_scope("gift_card"):
        orders = Order.objects.filter(customer_id=customer.pk).values("pk")
        cards = GiftCard.objects.filter(
            Q(order_ref__in=orders) | Q(recipient_email=customer.email)
        ).order_by("created_at", "pk")
        names = (
            "created_at", "order_number", "recipient_name", "recipient_email", "sender_name", "message", "deliver_on",
            "sent_at",
        )  # fmt: skip
        return [dict(row) for row in cards.values(*names)]


def get_credit_of(customer_id: UUID) -> StoreCredit | None:
    """None for a customer who never had any. One query."""
    return StoreCredit.objects.filter(customer_id=customer_id).first()


def list_credit_entries(credit: StoreCredit | None, *, limit: int = 100) -> list[StoreCreditEntry]:
    """The history of a customer's credit, latest first."""
    return list(credit.entries.order_by("-created_at", "-id")[:limit]) if credit else []
