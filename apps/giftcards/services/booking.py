"""The one door to a balance: it changes with the entry that says why, in one transaction, by a conditional UPDATE."""

from typing import Annotated, Any, TypeVar

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.clock import now, today
from apps.common.money import format_money, from_minor
from apps.common.typed_text import Said, cleans_text
from apps.giftcards.errors import BalanceTooLow
from apps.giftcards.kinds import EntryKind
from apps.giftcards.models import Account, GiftCard
from apps.tenancy.context import current_store

AnyAccount = TypeVar("AnyAccount", bound=Account)


@cleans_text
def book(
    account: Account,
    *,
    kind: EntryKind,
    amount_minor: int,
    cause: str,
    actor: Actor,
    reason: Annotated[str, Said(255)] = "",
    order_number: str = "",
) -> bool:
    """Change the balance by a signed amount, once for each kind and cause: a repeated or concurrent call changes
    nothing and returns False. `account` is brought up to date. Raises `BalanceTooLow`.
    """
    with transaction.atomic():
        lock_account(account)
        if account.entries.filter(kind=kind, cause=cause).exists():
            return False
        if account.balance_minor + amount_minor < 0:
            raise _too_low(account)
        _change(account, amount_minor)
        _add(account, kind, amount_minor, cause, actor, reason, order_number)
        account.balance_minor += amount_minor
    return True


def _too_low(account: Account) -> BalanceTooLow:
    """The row is locked: what is said is what is there."""
    there = from_minor(account.balance_minor, account.currency)
    shown = format_money(there, current_store().language)
    sentence = gettext("There is %(balance)s on it: more can't be taken away.")
    return BalanceTooLow(sentence % {"balance": shown})


def spend(
    account: Account, *, amount_minor: int, cause: str, order_number: str, actor: Actor
) -> None:
    """Take an amount for an order, in the order's transaction: two statements. Raises `BalanceTooLow`, also for a card
    that was closed or has expired meanwhile.
    """
    _change(account, -amount_minor, is_purchase=True)
    _add(account, EntryKind.SPENT, -amount_minor, cause, actor, "", order_number)
    account.balance_minor -= amount_minor


def lock_account(account: AnyAccount) -> AnyAccount:
    """Lock the row until the transaction ends and bring `account` itself up to date."""
    rows = type(account)._default_manager.select_for_update()
    account.refresh_from_db(from_queryset=rows)
    return account


def _change(account: Account, amount_minor: int, *, is_purchase: bool = False) -> None:
    rows: QuerySet[Any] = type(account)._default_manager.filter(pk=account.pk)
    if amount_minor < 0:
        rows = rows.filter(balance_minor__gte=-amount_minor)
    if is_purchase and isinstance(account, GiftCard):
        rows = rows.filter(
            Q(expires_on__isnull=True) | Q(expires_on__gte=today()), disabled_at__isnull=True
        )
    changed = rows.update(balance_minor=F("balance_minor") + amount_minor, updated_at=now())
    if not changed:
        raise BalanceTooLow


def _add(
    account: Account,
    kind: EntryKind,
    amount_minor: int,
    cause: str,
    actor: Actor,
    reason: str,
    order_number: str,
) -> None:
    account.entries.create(
        kind=kind,
        amount_minor=amount_minor,
        cause=cause,
        reason=reason,
        order_number=order_number,
        actor_kind=str(actor.kind),
        actor_label=actor.label[:150],
    )
