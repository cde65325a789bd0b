"""What discounts take off, from integers, without queries: arithmetic on lines, however many pieces they have.

A discount is computed once over its lines, rounded half up, and split by largest remainder, so that the lines' parts add
up to it exactly. Each takes from what those before it left; nothing gets below zero.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apps.common.money import allocate, part_of
from apps.discounts.kinds import Kind
from apps.discounts.rules import STEPS, Rule
from apps.pricing.services import BasketLine


@dataclass(frozen=True)
class Taken:
    """What one discount takes off each line, in their order; one for free delivery takes nothing off them."""

    rule: Rule
    parts: tuple[int, ...]

    @property
    def amount_minor(self) -> int:
        return sum(self.parts)

    @property
    def is_free_shipping(self) -> bool:
        return self.rule.kind == Kind.FREE_SHIPPING


def worth_of(line: BasketLine) -> int:
    """The price of the whole line as it is displayed."""
    return (line.item.unit_price_minor or 0) * line.quantity


def take(rule: Rule, lines: Sequence[BasketLine], left: Sequence[int]) -> Taken:
    """What the discount takes off lines of which `left` remains to pay. Its conditions are not looked at."""
    covered = [rule.covers(line) for line in lines]
    weights = [minor if is_covered else 0 for minor, is_covered in zip(left, covered, strict=True)]
    if rule.kind == Kind.PERCENT:
        total = part_of(sum(weights), rule.percent_steps, 100 * STEPS)
        return Taken(rule, _split(total, weights))
    if rule.kind == Kind.AMOUNT:
        return Taken(rule, _split(min(rule.amount_minor, sum(weights)), weights))
    if rule.kind == Kind.AMOUNT_EACH:
        parts = [
            min(rule.amount_minor * line.quantity, weight)
            for line, weight in zip(lines, weights, strict=True)
        ]
        return Taken(rule, tuple(parts))
    if rule.kind == Kind.BUY_GET:
        pieces = cheaper_pieces(rule, lines)
        parts = [
            part_of(minor, count * rule.percent_steps, line.quantity * 100 * STEPS)
            for line, minor, count in zip(lines, left, pieces, strict=True)
        ]
        return Taken(rule, tuple(parts))
    return Taken(rule, (0,) * len(lines))


def cheaper_pieces(rule: Rule, lines: Sequence[BasketLine]) -> list[int]:
    """How many pieces of each line get cheaper because others are bought: the cheapest ones.

    Every `get_quantity` of them needs `buy_quantity` others; a piece is one or the other. The last group may be
    incomplete: who buys enough for two free pieces and has one in the cart gets this one.
    """
    buys = [rule.covers(line) for line in lines]
    gets = [rule.gives(line) for line in lines]
    only_bought = _pieces(lines, [buy and not get for buy, get in zip(buys, gets, strict=True)])
    only_given = _pieces(lines, [get and not buy for buy, get in zip(buys, gets, strict=True)])
    either = _pieces(lines, [buy and get for buy, get in zip(buys, gets, strict=True)])

    def is_possible(count: int) -> bool:
        bought = rule.buy_quantity * -(-count // rule.get_quantity)
        return max(bought - only_bought, 0) + max(count - only_given, 0) <= either

    most = _largest(only_given + either, is_possible)
    rest = most if rule.most_pieces is None else min(most, rule.most_pieces)
    found = [0] * len(lines)
    order = sorted(
        (place for place, get in enumerate(gets) if get),
        key=lambda place: (buys[place], lines[place].item.unit_price_minor or 0, place),
    )
    for place in order:
        found[place] = min(rest, lines[place].quantity)
        rest -= found[place]
    return found


def _split(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    return tuple(allocate(total, weights)) if total else (0,) * len(weights)


def _pieces(lines: Sequence[BasketLine], chosen: Sequence[bool]) -> int:
    return sum(line.quantity for line, is_chosen in zip(lines, chosen, strict=True) if is_chosen)


def _largest(most: int, is_possible: Callable[[int], bool]) -> int:
    """The largest number up to `most` that is possible; with every possible number all smaller ones are."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if is_possible(middle):
            low = middle
        else:
            high = middle - 1
    return low
