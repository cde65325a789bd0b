"""Which of several discounts are used: those that are cheapest for the buyer together. Without queries.

Combinable discounts are used together, in their sequence. An exclusive one is used alone, where that costs the buyer less;
at the same price the choice with more of the buyer's codes is taken. A discount that would make the order dearer, because
delivery is no longer free, is not used.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apps.discounts.arithmetic import Taken, take, worth_of
from apps.discounts.conditions import (
    Refusal,
    dearer,
    delivery_is_free,
    not_combinable,
    nothing_left,
)
from apps.discounts.rules import Rule
from apps.pricing.rules import NamedDiscount
from apps.pricing.services import BasketLine

Shipping = Callable[[int], int]


@dataclass(frozen=True)
class Candidate:
    """A discount whose conditions hold. `code` is "" for an automatic one."""

    rule: Rule
    code: str = ""
    is_single_use: bool = False


@dataclass(frozen=True)
class RefusedCode:
    code: str
    refusal: Refusal

    def as_json(self) -> dict[str, str]:
        """The API's form."""
        return {"code": self.code, "reason": self.refusal.reason.value, "text": self.refusal.text}


@dataclass(frozen=True)
class Used:
    """A discount that is used, with what it takes off."""

    candidate: Candidate
    taken: Taken

    def named(self) -> NamedDiscount:
        return NamedDiscount(
            name=self.candidate.rule.name,
            code=self.candidate.code,
            amount_minor=self.taken.amount_minor,
            is_free_shipping=self.taken.is_free_shipping,
        )


@dataclass(frozen=True)
class Applied:
    """The discounts of a basket. `parts` are what they take off each line together."""

    used: tuple[Used, ...] = ()
    refused: tuple[RefusedCode, ...] = ()
    parts: tuple[int, ...] = ()

    @property
    def discount_minor(self) -> int:
        return sum(self.parts)

    @property
    def named(self) -> tuple[NamedDiscount, ...]:
        return tuple(each.named() for each in self.used)

    @property
    def is_shipping_free(self) -> bool:
        return any(each.taken.is_free_shipping for each in self.used)

    @property
    def codes(self) -> tuple[str, ...]:
        """The buyer's codes that are used."""
        return tuple(each.candidate.code for each in self.used if each.candidate.code)


NO_DISCOUNTS = Applied()


def choose(
    candidates: Sequence[Candidate], lines: Sequence[BasketLine], shipping: Shipping | None = None
) -> Applied:
    """`shipping` says what delivery costs for goods of a worth; None: it is not known yet."""
    ordered = sorted(candidates, key=lambda each: (each.rule.sequence, each.rule.id))
    together = [each for each in ordered if each.rule.is_combinable]
    groups = [together, *([each] for each in ordered if not each.rule.is_combinable), []]
    choices = [_use(group, lines, shipping) for group in groups]
    _cost, best = min(choices, key=lambda each: (each[0], -len(each[1].codes)))
    known = {each.candidate.code for each in best.used} | {each.code for each in best.refused}
    others = [
        RefusedCode(each.code, _why_not(best))
        for each in ordered
        if each.code and each.code not in known
    ]
    return Applied(best.used, (*best.refused, *others), best.parts)


def _use(
    group: Sequence[Candidate], lines: Sequence[BasketLine], shipping: Shipping | None
) -> tuple[int, Applied]:
    """What the basket costs with these discounts, and how they are used."""
    left = [worth_of(line) for line in lines]
    used: list[Used] = []
    refused: list[RefusedCode] = []
    for each in group:
        taken = take(each.rule, lines, left)
        if taken.is_free_shipping:
            refusal = _delivery_refusal(used, sum(left), shipping)
        else:
            refusal = None if taken.amount_minor else nothing_left()
        if refusal is None:
            used.append(Used(each, taken))
            left = [minor - part for minor, part in zip(left, taken.parts, strict=True)]
        elif each.code:
            refused.append(RefusedCode(each.code, refusal))
    parts = tuple(worth_of(line) - minor for line, minor in zip(lines, left, strict=True))
    is_free = any(each.taken.is_free_shipping for each in used)
    delivery = 0 if is_free or shipping is None else shipping(sum(left))
    return sum(left) + delivery, Applied(tuple(used), tuple(refused), parts)


def _delivery_refusal(
    used: Sequence[Used], worth: int, shipping: Shipping | None
) -> Refusal | None:
    if any(each.taken.is_free_shipping for each in used):
        return delivery_is_free()
    return delivery_is_free() if shipping is not None and shipping(worth) == 0 else None


def _why_not(best: Applied) -> Refusal:
    if not best.used:
        return dearer()
    return not_combinable(", ".join(each.candidate.rule.name for each in best.used))
