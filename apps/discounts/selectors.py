"""The discounts of a basket, and everything else that is read of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet

from apps.catalog.selectors import list_category_nodes
from apps.common.clock import now
from apps.discounts.choosing import Applied, Candidate, RefusedCode, Shipping, choose
from apps.discounts.codes import code_key
from apps.discounts.conditions import (
    NO_USES,
    Refusal,
    Uses,
    code_used,
    refusals,
    same_discount,
    unknown,
)
from apps.discounts.kinds import Kind, Trigger
from apps.discounts.models import Allowance, BuyerUse, Discount, DiscountCode, Redemption
from apps.discounts.rules import Rule, Shopper, rule_of
from apps.pricing.services import BasketLine
from apps.tenancy.context import system_scope
from apps.tenancy.prepared import Asked, PreparedQuery
from apps.tenancy.versioned_cache import cached_by_version


def apply_discounts(
    lines: Sequence[BasketLine],
    *,
    codes: Collection[str],
    currency: str,
    shopper: Shopper,
    shipping: Shipping | None = None,
    only_codes: bool = False,
) -> Applied:
    """The discounts of these lines: the automatic ones (not with `only_codes`), and the codes that apply.

    Gift cards cost what is on them: they get no discount, and count for no condition.
    No statement without codes, unless an automatic discount is limited: one for the codes, one for uses of limited
    automatic discounts, one for the buyer's own uses, and what `shopper.has_ordered` asks.
    """
    every, lines = lines, [line for line in lines if not line.is_voucher]
    automatic = [] if only_codes else [_with_subcategories(rule) for rule in _read_automatic()]
    found = find_codes(codes)
    if not automatic and not codes:
        return Applied(parts=(0,) * len(every))
    refused: list[RefusedCode] = []
    candidates = [Candidate(rule) for rule in automatic]
    for code in codes:
        row = found.get(code)
        if row is None or row.rule.is_automatic:
            refused.append(RefusedCode(code, unknown()))
        elif row.is_used:
            refused.append(RefusedCode(code, code_used()))
        elif any(row.rule.id == each.rule.id for each in candidates):
            refused.append(RefusedCode(code, same_discount()))
        else:
            candidates.append(Candidate(row.rule, code, row.is_single_use))
    uses = _count_uses([each.rule for each in candidates], found, shopper)
    holding: list[Candidate] = []
    moment = now()
    for each in candidates:
        reasons = refusals(
            each.rule, lines, currency=currency, shopper=shopper, uses=uses, moment=moment
        )
        refusal = next(reasons, None)
        if refusal is None:
            holding.append(each)
        elif each.code:
            refused.append(RefusedCode(each.code, refusal))
    chosen = choose(holding, lines, shipping)
    parts = _over_every(every, chosen.parts)
    return replace(chosen, parts=parts, refused=(*refused, *chosen.refused))


def _over_every(lines: Sequence[BasketLine], parts: Sequence[int]) -> tuple[int, ...]:
    """Nothing off gift cards, and the parts off the others."""
    own = iter(parts)
    return tuple(0 if line.is_voucher else next(own) for line in lines)


@dataclass(frozen=True)
class FoundCode:
    """What a code stands for, with the uses of its discount. `is_used`: it was for one order, and there is one."""

    rule: Rule
    used: int
    is_single_use: bool
    is_used: bool


def find_codes(codes: Collection[str]) -> dict[str, FoundCode]:
    """By the code as it was given: one statement, none without codes."""
    by_key = _by_key(codes)
    if not by_key:
        return {}
    return {
        by_key[row.key]: FoundCode(
            rule=_with_subcategories(rule_of(row, limit=row.most)),
            used=row.used,
            is_single_use=row.batch_id is not None,
            is_used=row.batch_id is not None and row.order_ref is not None,
        )
        for row in _by_code(keys=tuple(by_key))
    }


def read_of_codes(codes: Collection[str]) -> Asked:
    """What `find_codes` reads of them, for `reading_together`."""
    return _by_code.asked(keys=tuple(_by_key(codes)))


def _by_key(codes: Collection[str]) -> dict[str, str]:
    return {key: code for code in codes if (key := code_key(code))}


# Discounts, with what is read of the code and of its uses
_by_code: PreparedQuery[Any] = PreparedQuery(
    lambda keys: Discount.objects.filter(codes__key__in=keys).annotate(
        key=F("codes__key"),
        batch_id=F("codes__batch_id"),
        order_ref=F("codes__order_ref"),
        used=F("allowance__used"),
        most=F("allowance__most"),
    )
)


def explain(
    discount: Discount, lines: Sequence[BasketLine], *, currency: str, shopper: Shopper
) -> list[Refusal]:
    """For staff: every reason why the discount does not apply to these lines; none if it does."""
    lines = [line for line in lines if not line.is_voucher]
    rule = _with_subcategories(_rule(discount))
    uses = Uses(
        {rule.id: discount.allowance.used}, _own_uses([rule], shopper) if shopper.keys else {}
    )
    return list(refusals(rule, lines, currency=currency, shopper=shopper, uses=uses, moment=now()))


def list_redemptions(discount: Discount) -> QuerySet[Redemption]:
    """The uses of a discount, also those that were given back, the latest first."""
    return Redemption.objects.filter(discount=discount)


def is_percentage(order_ref: UUID, discount_minor: int) -> bool:
    """Whether an order's discount, which is `discount_minor`, was given by percentages alone. One query."""
    if not discount_minor:
        return False
    with system_scope("discounts"):
        rows = Redemption.objects.filter(order_ref=order_ref, given_back_at__isnull=True)
        used = list(rows.values_list("discount__kind", "amount_minor"))
    taken = sum(amount for kind, amount in used if kind == Kind.PERCENT)
    return taken == discount_minor


def list_batch_codes(batch_id: UUID) -> QuerySet[DiscountCode]:
    return DiscountCode.objects.filter(batch_id=batch_id).order_by("key")


@cached_by_version("discounts")
def _read_automatic() -> list[Rule]:
    """The active automatic discounts: one statement after a change of discounts. Their dates are compared at each use."""
    rows = Discount.objects.filter(trigger=Trigger.AUTOMATIC, is_active=True)
    return [_rule(row) for row in rows.select_related("allowance")]


def _rule(discount: Discount) -> Rule:
    return rule_of(discount, limit=discount.allowance.most)


def _with_subcategories(rule: Rule) -> Rule:
    """Its categories with everything below them, from the tree that the catalog has cached."""
    if not rule.categories:
        return rule
    found = set(rule.categories)
    for node in list_category_nodes(include_inactive=True):
        if node.parent_id is not None and str(node.parent_id) in found:
            found.add(str(node.id))  # parents come before their children
    return replace(rule, categories=frozenset(found))


def _count_uses(rules: Sequence[Rule], found: dict[str, FoundCode], shopper: Shopper) -> Uses:
    counted = {code.rule.id: code.used for code in found.values()}
    limited = [rule.id for rule in rules if rule.limit is not None and rule.id not in counted]
    if limited:
        rows = Allowance.objects.filter(discount_id__in=limited)
        counted |= dict(rows.values_list("discount_id", "used"))
    own = _own_uses(rules, shopper)
    return Uses(counted, own) if counted or own else NO_USES


def _own_uses(rules: Sequence[Rule], shopper: Shopper) -> dict[UUID, int]:
    """How often this buyer used each of them, by the key with the most uses. Visitors don't see these rows themselves."""
    limited = [rule.id for rule in rules if rule.per_buyer is not None]
    if not limited or not shopper.keys:
        return {}
    with system_scope("discounts"):
        rows = (
            BuyerUse.objects.filter(discount_id__in=limited, buyer__in=shopper.keys)
            .values_list("discount_id", "buyer")
            .annotate(Count("id"))
        )
        own: dict[UUID, int] = {}
        for discount_id, _buyer, count in rows:
            own[discount_id] = max(own.get(discount_id, 0), count)
    return own
