"""Money that goes to a card or to store credit: back from an order that was paid with it, or as the refund of another."""

from typing import Annotated
from uuid import UUID

from django.db import transaction

from apps.common.actor import Actor
from apps.common.clock import today
from apps.common.typed_text import Said, cleans_text
from apps.giftcards.kinds import EntryKind
from apps.giftcards.models import Account, GiftCard
from apps.giftcards.services.booking import book, lock_account
from apps.giftcards.services.cards import GRACE, issue_card
from apps.giftcards.services.credits import open_credit
from apps.tenancy.retrying import repeated_on_deadlock


@cleans_text
@repeated_on_deadlock
@transaction.atomic
def give_back(
    *, account: Account, amount_minor: int, cause: str, reason: Annotated[str, Said(255)] = ""
) -> None:
    """Put an amount of an order back to where it was taken from, once for each cause. A card whose last day is over can
    be used for another 30 days, so that the amount is not lost."""
    lock_account(account)
    if isinstance(account, GiftCard) and account.is_expired:
        account.expires_on = today() + GRACE
        account.save(update_fields=["expires_on", "updated_at"])
    book(
        account,
        kind=EntryKind.GIVEN_BACK,
        amount_minor=amount_minor,
        cause=cause,
        reason=reason,
        actor=Actor.system("payments"),
    )


@cleans_text
@repeated_on_deadlock
@transaction.atomic
def refund_to_credit(
    *,
    customer_id: UUID,
    amount_minor: int,
    cause: str,
    order_number: str,
    reason: Annotated[str, Said(255)],
    actor: Actor,
) -> None:
    """A refund of an order as store credit, once for each cause."""
    book(
        open_credit(customer_id=customer_id),
        kind=EntryKind.REFUNDED_TO,
        amount_minor=amount_minor,
        cause=cause,
        order_number=order_number,
        reason=reason,
        actor=actor,
    )


@cleans_text
def refund_to_new_card(
    *,
    amount_minor: int,
    cause: str,
    order_number: str,
    email: str,
    language: str,
    reason: Annotated[str, Said(255)],
    actor: Actor,
) -> None:
    """A refund of an order as a new gift card, whose code goes to the buyer by mail: once for each cause."""
    issue_card(
        amount_minor=amount_minor,
        kind=EntryKind.REFUNDED_TO,
        cause=cause,
        order_number=order_number,
        recipient_email=email,
        reason=reason,
        language=language,
        actor=actor,
    )
