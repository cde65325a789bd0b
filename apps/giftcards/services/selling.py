"""Gift cards that buyers bought: issued once the order is paid, sent on their day, closed when they are refunded.

The balance is there from the payment on. A code is there from the mail on: what waits for its day has none that could leak.
"""

from datetime import date, timedelta
from typing import Annotated, Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.clock import now, today
from apps.common.typed_text import Code, Line, cleans_text
from apps.events import services as events
from apps.giftcards import mails
from apps.giftcards.codes import hash_code, make_code, read_code
from apps.giftcards.errors import CardInUse
from apps.giftcards.kinds import EntryKind
from apps.giftcards.models import GiftCard
from apps.giftcards.services.booking import book, lock_account
from apps.giftcards.services.cards import give_code, replace_code
from apps.giftcards.services.waiting import note_waiting
from apps.orders.models import Order, OrderLine
from apps.orders.services import lock_order
from apps.platform.auditing import note
from apps.platform.sweeps import do_each
from apps.tenancy.retrying import repeated_on_deadlock

RESEND_AFTER: Final = timedelta(minutes=15)
_PORTION: Final = 200
_ACTOR: Final = Actor.system("giftcards")


@repeated_on_deadlock
def issue_sold(*, order: Order) -> list[GiftCard]:
    """A card for each piece of a paid order, and the mails of those whose day has come. Repeatable: a piece has one card,
    however often it is called. Nothing for an order that was cancelled."""
    with events.transaction_with_wake_up():
        lock_order(order)
        if order.paid_at is None or order.is_cancelled:
            return []
        cards = [
            _issue(order, line, piece)
            for line in order.lines.filter(gift__isnull=False).order_by("position")
            for piece in range(line.quantity - line.cancelled_quantity)
        ]
        for card in cards:
            _send_if_due(card)
    return cards


def cause_of(line: OrderLine, piece: int) -> str:
    """What the card of a piece was issued for; unique among cards."""
    return f"sold:{line.pk}:{piece}"


def _issue(order: Order, line: OrderLine, piece: int) -> GiftCard:
    cause = cause_of(line, piece)
    known = GiftCard.objects.filter(cause=cause).first()
    if known is not None:
        return known
    card = _card_of(order, line, cause)
    try:
        with transaction.atomic():
            card.save(force_insert=True)
    except IntegrityError:  # a second worker has the same message
        return GiftCard.objects.get(cause=cause)
    book(
        card,
        kind=EntryKind.ISSUED,
        amount_minor=card.initial_minor,
        cause=cause,
        order_number=order.number,
        actor=_ACTOR,
    )
    note("gift_card.sold", card, actor=_ACTOR, after={"order": order.number})
    return card


def _card_of(order: Order, line: OrderLine, cause: str) -> GiftCard:
    gift: dict[str, Any] = line.gift or {}
    wanted = date.fromisoformat(gift["deliver_on"]) if gift.get("deliver_on") else today()
    return GiftCard(
        currency=order.currency,
        initial_minor=line.unit_price_minor,
        # Of a code that is discarded at once: it can't be spent before its mail is written.
        code_hash=hash_code(read_code(make_code())),
        recipient_email=gift.get("recipient_email") or order.email,
        recipient_name=gift.get("recipient_name", ""),
        sender_name=gift.get("sender_name", ""),
        message=gift.get("message", ""),
        language=order.language,
        order_ref=order.pk,
        order_number=order.number,
        deliver_on=wanted,
        cause=cause,
    )


def send_due_cards() -> int:
    """Send the cards whose day has come. Returns how many; one that fails does not keep the others."""
    due = GiftCard.objects.filter(
        sent_at__isnull=True, deliver_on__lte=today(), disabled_at__isnull=True
    )
    return do_each(list(due.order_by("deliver_on", "pk")[:_PORTION]), _send)


@repeated_on_deadlock
def _send(card: GiftCard) -> bool:
    with events.transaction_with_wake_up():
        lock_order(Order(pk=card.order_ref))
        return _send_if_due(card)


def _send_if_due(card: GiftCard) -> bool:
    """The code, and the mail that carries it, in one transaction: both or neither."""
    lock_account(card)
    if not card.is_waiting or card.deliver_on is None or card.deliver_on > today():
        return False
    if not card.balance_minor:  # refunded before its day, and switched on again
        return False
    code = make_code()
    give_code(card, code)
    card.sent_at = now()
    card.save(update_fields=["code_hash", "last_four", "sent_at", "updated_at"])
    mails.mail_card(card, code, language=card.language, about=str(card.pk))
    note_waiting(card)
    return True


@repeated_on_deadlock
def resend_card(*, card: GiftCard, actor: Actor) -> GiftCard:
    """Send a bought card again, with another code: the first is void. For its buyer, so to the same address only.

    Raises `CardInUse` for a card that is not sent yet, was closed or spent from, or was sent a moment ago.
    """
    with transaction.atomic():
        lock_account(card)
        if card.sent_at is None or card.disabled_at is not None or not card.is_usable:
            raise CardInUse
        if not card.recipient_email:
            raise CardInUse(gettext("Its recipient was erased: there is no address to send it to."))
        if card.balance_minor != card.initial_minor:
            raise CardInUse(gettext("It has been spent from, so its mail has arrived."))
        if card.sent_at > now() - RESEND_AFTER:
            raise CardInUse(gettext("It was sent a moment ago. Try again in a quarter of an hour."))
        replace_code(card=card, actor=actor)
        GiftCard.objects.filter(pk=card.pk).update(sent_at=now())
    return card


@cleans_text
@repeated_on_deadlock
@transaction.atomic
def close_sold(
    *,
    card: GiftCard,
    cause: Annotated[str, Code(100)],
    reason: Annotated[str, Line(200)],
    actor: Actor,
) -> int:
    """Take what is left from a bought card and close it, for a caller who refunds as much. Once for each cause.

    Returns the amount: 0 for one that is used up, at most what it was bought for. What the store had added ends with it.
    """
    lock_account(card)
    entry = card.entries.filter(kind=EntryKind.REFUNDED, cause=cause).first()
    if entry is not None:
        return -int(entry.amount_minor)
    amount = min(card.balance_minor, card.initial_minor)
    if added := card.balance_minor - amount:
        book(
            card,
            kind=EntryKind.ADJUSTED,
            amount_minor=-added,
            cause=f"{cause}-added",
            order_number=card.order_number,
            reason=reason,
            actor=actor,
        )
    if amount:
        book(
            card,
            kind=EntryKind.REFUNDED,
            amount_minor=-amount,
            cause=cause,
            order_number=card.order_number,
            reason=reason,
            actor=actor,
        )
    if card.disabled_at is None:
        card.disabled_at = now()
        card.save(update_fields=["disabled_at", "updated_at"])
        note("gift_card.disabled", card, actor=actor)
        note_waiting(card)
    return amount


@cleans_text
@repeated_on_deadlock
@transaction.atomic
def close_all_sold(*, order: Order, reason: Annotated[str, Line(200)], actor: Actor) -> None:
    """Close every card of an order that is cancelled as a whole. Raises `CardInUse` when one was spent from."""
    cards = GiftCard.objects.filter(order_ref=order.pk, disabled_at__isnull=True).order_by("pk")
    for card in cards.select_for_update():
        if card.balance_minor != card.initial_minor:
            raise CardInUse(
                gettext(
                    "A gift card of this order was spent from. Refund what is left on it on its page, and take the other goods off by a change of the order."
                )
            )
        close_sold(card=card, cause=f"cancelled-{order.pk}", reason=reason, actor=actor)
