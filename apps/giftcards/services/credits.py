"""Store credit of customers: opened with the first money that goes there, and changed by staff."""

from typing import Annotated
from uuid import UUID

from django.db import transaction

from apps.common.actor import Actor
from apps.common.ids import new_id
from apps.common.typed_text import Code, Line, cleans_text
from apps.giftcards.kinds import EntryKind
from apps.giftcards.models import StoreCredit
from apps.giftcards.services.booking import book
from apps.giftcards.services.cards import check_amount
from apps.platform.auditing import note
from apps.tenancy.context import current_store
from apps.tenancy.retrying import repeated_on_deadlock


def open_credit(*, customer_id: UUID) -> StoreCredit:
    """The customer's store credit; an empty one where there is none."""
    credit, _ = StoreCredit.objects.get_or_create(
        customer_id=customer_id, defaults={"currency": current_store().currency}
    )
    return credit


@cleans_text
@repeated_on_deadlock
@transaction.atomic
def adjust_credit(
    *,
    customer_id: UUID,
    amount_minor: int,
    reason: Annotated[str, Line(200, required=True)],
    actor: Actor,
    request_key: Annotated[str, Code(100)] = "",
) -> StoreCredit:
    """Change a customer's store credit by a signed amount. The same `request_key` again changes nothing.

    Raises `AmountNotPossible`, and `BalanceTooLow` when more is taken than is there.
    """
    check_amount(abs(amount_minor))
    credit = open_credit(customer_id=customer_id)
    before = credit.balance_minor
    is_new = book(
        credit,
        kind=EntryKind.ADJUSTED,
        amount_minor=amount_minor,
        cause=request_key or str(new_id()),
        reason=reason,
        actor=actor,
    )
    if is_new:
        note(
            "store_credit.adjusted",
            credit,
            actor=actor,
            before={"balance_minor": before},
            after={"balance_minor": credit.balance_minor, "reason": reason},
        )
    return credit
