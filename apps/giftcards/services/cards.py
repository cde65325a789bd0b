"""Gift cards: issued, changed by staff, expired. Their codes are shown once, by what these functions return."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext, gettext_noop

from apps.common.actor import Actor
from apps.common.clock import now, today
from apps.common.ids import new_id
from apps.common.money import format_money, from_minor
from apps.common.typed_text import Block, Code, Email, Line, Said, cleans_text
from apps.events import services as events
from apps.giftcards import mails
from apps.giftcards.codes import hash_code, last_four, make_code, read_code
from apps.giftcards.errors import AmountNotPossible, CardInUse, FormUsedAlready
from apps.giftcards.kinds import EntryKind
from apps.giftcards.models import GiftCard
from apps.giftcards.services.booking import book, lock_account
from apps.giftcards.services.waiting import note_waiting
from apps.platform.auditing import note
from apps.platform.sweeps import do_each
from apps.tenancy.context import current_store
from apps.tenancy.retrying import repeated_on_deadlock

EXPIRED: Final = gettext_noop("The last day of the card is over.")
# Money that comes back to a card whose last day is over can be spent for so long.
GRACE: Final = timedelta(days=30)
MOST_AT_ONCE: Final = 200


@dataclass(frozen=True)
class IssuedCard:
    """`code` is nowhere else: only its hash is stored. Empty for a card that was issued before."""

    card: GiftCard
    code: str


@cleans_text
@repeated_on_deadlock
def issue_card(
    *,
    amount_minor: int,
    actor: Actor,
    recipient_email: Annotated[str, Email()] = "",
    message: Annotated[str, Block(500)] = "",
    expires_on: date | None = None,
    reason: Annotated[str, Said(255)] = "",
    cause: str = "",
    batch: Annotated[str, Line(60)] = "",
    order_number: str = "",
    kind: EntryKind = EntryKind.ISSUED,
    language: str = "",
) -> IssuedCard:
    """A new card in the store's currency; with a recipient, a mail carries its code. The same `cause` again returns the
    first card, without its code. Raises `AmountNotPossible`, and `FormUsedAlready` for a `cause` of another card or batch.
    """
    if kind == EntryKind.ISSUED:  # a refund may be more
        check_amount(amount_minor)
    _check_day(expires_on)
    with events.transaction_with_wake_up():
        asked = (amount_minor, recipient_email, message, batch, expires_on)
        known = _find_issued(cause)
        if known is not None:
            return _issued_before(known, cause, kind, asked)
        code = make_code()
        card = GiftCard(
            currency=current_store().currency,
            initial_minor=amount_minor,
            expires_on=expires_on,
            recipient_email=recipient_email,
            message=message,
            batch=batch,
            cause=cause or None,
        )
        give_code(card, code)
        try:
            with transaction.atomic():
                card.save(force_insert=True)
        except IntegrityError:  # another process issued it at this moment
            known = GiftCard.objects.select_for_update().get(cause=cause)
            return _issued_before(known, cause, kind, asked)
        why = {"cause": cause or "issued", "reason": reason, "order_number": order_number}
        book(card, kind=kind, amount_minor=amount_minor, actor=actor, **why)
        note("gift_card.issued", card, actor=actor, after={"amount": _shown(card), "batch": batch})
        if recipient_email:
            mails.mail_card(card, code, language=language, about=str(card.pk))
    return IssuedCard(card, code)


def _issued_before(
    known: GiftCard, cause: str, kind: EntryKind, asked: tuple[object, ...]
) -> IssuedCard:
    if known.cause != cause or (kind == EntryKind.ISSUED and asked != _asked_of(known)):
        raise FormUsedAlready
    return IssuedCard(known, "")


def _find_issued(cause: str) -> GiftCard | None:
    """The card of the cause, or the first one of its batch."""
    if not cause:
        return None
    return GiftCard.objects.filter(cause__in=[cause, f"{cause}-0"]).order_by("cause").first()


def _asked_of(card: GiftCard) -> tuple[int, str, str, str, date | None]:
    return (
        card.initial_minor,
        card.recipient_email,
        card.message,
        card.batch,
        card.expires_on,
    )


def _check_day(expires_on: date | None) -> None:
    if expires_on is not None and expires_on < today():
        sentence = gettext("Choose a day that is not over.")
        raise AmountNotPossible(sentence, fields={"expires_on": [sentence]})


def give_code(card: GiftCard, code: str) -> None:
    """The code from now on; any other is void."""
    plain = read_code(code)
    card.code_hash, card.last_four = hash_code(plain), last_four(plain)


@cleans_text
def issue_batch(
    *,
    count: int,
    amount_minor: int,
    actor: Actor,
    name: Annotated[str, Line(60)],
    expires_on: date | None = None,
    cause: str = "",
) -> list[IssuedCard]:
    """So many cards of one amount, for printing: all or none of them. The same `cause` again returns them without their
    codes. Raises `AmountNotPossible`, and `FormUsedAlready` for a `cause` of another card or batch."""
    if not 1 <= count <= MOST_AT_ONCE:
        sentence = gettext("1 to %(most)s cards at once.") % {"most": MOST_AT_ONCE}
        raise AmountNotPossible(sentence, fields={"count": [sentence]})
    with transaction.atomic():
        _check_batch(cause, count)
        return [
            issue_card(
                amount_minor=amount_minor,
                batch=name,
                expires_on=expires_on,
                cause=f"{cause}-{number}" if cause else "",
                actor=actor,
            )
            for number in range(count)
        ]


def _check_batch(cause: str, count: int) -> None:
    """One card, or a batch of another size, is another content of the same form."""
    first, last, beyond = f"{cause}-0", f"{cause}-{count - 1}", f"{cause}-{count}"
    rows = GiftCard.objects.filter(cause__in=[cause, first, last, beyond]) if cause else None
    found = set(rows.values_list("cause", flat=True)) if rows is not None else set()
    if found and found != {first, last}:
        raise FormUsedAlready


@cleans_text
@repeated_on_deadlock
@transaction.atomic
def adjust_card(
    *,
    card: GiftCard,
    amount_minor: int,
    reason: Annotated[str, Line(200, required=True)],
    actor: Actor,
    request_key: Annotated[str, Code(100)] = "",
) -> GiftCard:
    """Change a balance by a signed amount. The same `request_key` again changes nothing. Raises `BalanceTooLow`."""
    check_amount(abs(amount_minor))
    before = card.balance_minor
    is_new = book(
        card,
        kind=EntryKind.ADJUSTED,
        amount_minor=amount_minor,
        cause=request_key or str(new_id()),
        reason=reason,
        actor=actor,
    )
    if is_new:
        note(
            "gift_card.adjusted",
            card,
            actor=actor,
            before={"balance_minor": before},
            after={"balance_minor": card.balance_minor, "reason": reason},
        )
    return card


@repeated_on_deadlock
@transaction.atomic
def set_disabled(*, card: GiftCard, is_disabled: bool, actor: Actor) -> GiftCard:
    """Close a card, or open it again; its balance stays. Repeatable."""
    lock_account(card)
    if (card.disabled_at is not None) == is_disabled:
        return card
    card.disabled_at = now() if is_disabled else None
    card.save(update_fields=["disabled_at", "updated_at"])
    note_waiting(card)
    note("gift_card.disabled" if is_disabled else "gift_card.enabled", card, actor=actor)
    return card


@repeated_on_deadlock
def replace_code(*, card: GiftCard, actor: Actor) -> IssuedCard:
    """Give the card another code, for a mail that was lost: the old code is void. The recipient gets a mail.

    Raises `CardInUse` for a card that is switched off or has nothing left.
    """
    with events.transaction_with_wake_up():
        lock_account(card)
        if card.disabled_at is not None or not card.balance_minor:
            raise CardInUse(gettext("It is switched off or has nothing left: it gets no new code."))
        code = make_code()
        give_code(card, code)
        if card.is_waiting:
            card.sent_at = now()
        card.save(update_fields=["code_hash", "last_four", "sent_at", "updated_at"])
        note_waiting(card)
        note("gift_card.code_replaced", card, actor=actor)
        if card.recipient_email:
            mails.mail_card(card, code, language=card.language, about=f"{card.pk}:{card.last_four}")
    return IssuedCard(card, code)


def expire_cards() -> int:
    """Book the balance of cards whose last day is over. Returns how many."""
    over = GiftCard.objects.filter(expires_on__lt=today(), balance_minor__gt=0)
    return do_each(list(over.order_by("expires_on")[:200]), _expire)


@repeated_on_deadlock
@transaction.atomic
def _expire(card: GiftCard) -> bool:
    lock_account(card)
    if not card.is_expired or not card.balance_minor:
        return False
    return book(
        card,
        kind=EntryKind.EXPIRED,
        amount_minor=-card.balance_minor,
        cause=f"{card.expires_on}",
        reason=EXPIRED,
        actor=Actor.system("giftcards"),
    )


def check_amount(amount_minor: int) -> None:
    """Raises `AmountNotPossible` for nothing, and for more than a card holds at most."""
    most = settings.GIFT_CARD_MAX_MINOR
    if 0 < amount_minor <= most:
        return
    store = current_store()
    shown = format_money(from_minor(most, store.currency), store.language)
    sentence = gettext("The amount must be more than 0 and at most %(most)s.") % {"most": shown}
    raise AmountNotPossible(sentence, fields={"amount": [sentence]})


def _shown(card: GiftCard) -> str:
    return format_money(from_minor(card.initial_minor, card.currency), "en")
