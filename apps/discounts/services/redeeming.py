"""Uses of discounts: counted in the transaction that writes the order, given back when the order is cancelled.

A use takes the next slot of its discount under a lock, so orders with the same discount wait for each other. The slots in
use are always 1 to `Allowance.used`.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F

from apps.common.clock import now
from apps.common.ids import new_id
from apps.discounts.choosing import Applied, Used
from apps.discounts.codes import code_key
from apps.discounts.errors import DiscountGone
from apps.discounts.models import Allowance, BuyerUse, DiscountCode, Redemption
from apps.discounts.rules import Shopper
from apps.tenancy.inserting import insert_values
from apps.tenancy.prepared import PreparedQuery, PreparedUpdate
from apps.tenancy.retrying import repeated_on_deadlock


def redeem(*, order_ref: UUID, applied: Applied, currency: str, shopper: Shopper) -> None:
    """Count a use of each discount for this order, in the caller's transaction.

    Discounts are locked in the order of their ids. Raises `DiscountGone` where the last use was taken meanwhile. No statement
    without discounts; else three, a fourth for codes of one use and two more for uses by buyer.
    """
    used = sorted(applied.used, key=lambda each: each.candidate.rule.id)
    if not used:
        return
    slots = _take_slots([each.candidate.rule.id for each in used])
    for each in used:
        _take_code(each, order_ref)
    keys = [new_id() for _ in used]
    rows = [
        {
            "id": key,
            "discount_id": each.candidate.rule.id,
            "order_ref": order_ref,
            "code": code_key(each.candidate.code),
            "slot": slots[each.candidate.rule.id],
            "amount_minor": each.taken.amount_minor,
            "currency": currency,
        }
        for key, each in zip(keys, used, strict=True)
    ]
    own = _own_rows(used, keys, shopper)
    insert_values(Redemption, rows)
    insert_values(BuyerUse, own)


def _take_slots(ids: list[UUID]) -> dict[UUID, int]:
    """The next slot of each, which is its own until the transaction ends."""
    rows = _locked_allowances(ids=ids)
    if len(rows) < len(ids) or any(most is not None and used >= most for _, used, most in rows):
        raise DiscountGone
    _count_uses.later(ids=ids)
    return {discount: used + 1 for discount, used, _ in rows}


_locked_allowances: PreparedQuery[tuple[UUID, int, int | None]] = PreparedQuery(
    lambda ids: (
        Allowance.objects.select_for_update()
        .filter(discount__pk__in=ids)
        .order_by("discount_id")
        .values_list("discount_id", "used", "most")
    )
)
_count_uses = PreparedUpdate(
    lambda ids: (Allowance.objects.filter(discount__pk__in=ids), {"used": F("used") + 1})
)


def _take_code(each: Used, order_ref: UUID) -> None:
    """A code of a batch is good for one order."""
    if not each.candidate.is_single_use:
        return
    key, discount = code_key(each.candidate.code), each.candidate.rule.id
    free = DiscountCode.objects.filter(key=key, discount_id=discount, order_ref__isnull=True)
    if not free.update(order_ref=order_ref):
        raise DiscountGone


def _own_rows(
    used: Sequence[Used], redemptions: Sequence[UUID], shopper: Shopper
) -> list[dict[str, object]]:
    """A row for each key of the buyer and each discount that counts its buyers, in the lowest slot that is free."""
    limited = {
        each.candidate.rule.id: each.candidate.rule.per_buyer
        for each in used
        if each.candidate.rule.per_buyer is not None
    }
    if not limited:
        return []
    there = BuyerUse.objects.filter(discount_id__in=limited, buyer__in=shopper.keys)
    taken = set(there.values_list("discount_id", "buyer", "slot"))
    rows: list[dict[str, object]] = []
    for each, redemption in zip(used, redemptions, strict=True):
        discount = each.candidate.rule.id
        for buyer in shopper.keys if discount in limited else ():
            slots = range(1, (limited[discount] or 0) + 1)
            slot = next((one for one in slots if (discount, buyer, one) not in taken), None)
            if slot is None:
                raise DiscountGone
            row = {"discount_id": discount, "redemption_id": redemption, "buyer": buyer}
            rows.append({**row, "slot": slot})
    return rows


@repeated_on_deadlock
def give_back(*, order_ref: UUID) -> int:
    """Give back every use of an order that is cancelled, and its single-use codes. Repeatable; the number of uses."""
    with transaction.atomic():
        uses = Redemption.objects.filter(order_ref=order_ref, given_back_at__isnull=True)
        ids = sorted(uses.values_list("discount_id", flat=True))
        return sum(_give_back(discount_id, order_ref) for discount_id in ids)


def _give_back(discount_id: UUID, order_ref: UUID) -> int:
    """The last slot moves into the one that gets free, so that the slots stay 1 to `used`."""
    allowance = Allowance.objects.select_for_update().get(discount_id=discount_id)
    rows = Redemption.objects.filter(discount_id=discount_id)
    row = rows.filter(order_ref=order_ref, given_back_at__isnull=True).first()
    if row is None:
        return 0
    BuyerUse.objects.filter(redemption=row).delete()
    rows.filter(pk=row.pk).update(slot=None, given_back_at=now())
    rows.filter(slot=allowance.used).update(slot=row.slot)
    Allowance.objects.filter(pk=allowance.pk).update(used=F("used") - 1)
    DiscountCode.objects.filter(discount_id=discount_id, order_ref=order_ref).update(order_ref=None)
    return 1
