"""What pieces of an order were sold for, to the smallest unit: arithmetic on rows in memory, no query.

However a line's pieces are given back, one by one or several at once, their worths add up to the line's total, and
so does every named part of its tax.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from apps.common.money import allocate
from apps.orders.models import Order, OrderLine
from apps.pricing.rules import TaxComponent, read_components

TaxPart = TaxComponent


@dataclass(frozen=True)
class Worth:
    """A price, tax included, and its tax."""

    total_minor: int = 0
    tax_minor: int = 0
    tax_parts: tuple[TaxPart, ...] = ()

    def __add__(self, other: "Worth") -> "Worth":
        return Worth(
            self.total_minor + other.total_minor,
            self.tax_minor + other.tax_minor,
            _summed([*self.tax_parts, *other.tax_parts]),
        )

    def __sub__(self, other: "Worth") -> "Worth":
        return Worth(
            self.total_minor - other.total_minor,
            self.tax_minor - other.tax_minor,
            _summed([*self.tax_parts, *(_negative(part) for part in other.tax_parts)]),
        )

    def share(self, amount_minor: int) -> "Worth":
        """An amount of the whole, with its tax; an excess over the whole has no tax."""
        part = min(amount_minor, self.total_minor)
        return Worth(amount_minor, *_first(part, self.total_minor, self.tax_minor, self.tax_parts))

    def fits_in(self, whole: "Worth") -> bool:
        """Whether the whole has so much of everything, of every named part of the tax too."""
        rest = whole - self
        return min(rest.total_minor, rest.tax_minor, *_amounts(rest.tax_parts)) >= 0

    def take(self, wanted: "Worth", amount_minor: int) -> "Worth":
        """An amount of the remainder, taken first from the wanted part. The whole remainder has the whole remaining
        tax."""
        if amount_minor >= self.total_minor or not wanted.fits_in(self):
            return self.share(amount_minor)
        if amount_minor <= wanted.total_minor:
            return wanted.share(amount_minor)
        return wanted + (self - wanted).share(amount_minor - wanted.total_minor)

    def parts_json(self) -> list[dict[str, Any]]:
        return [asdict(part) for part in self.tax_parts]


NOTHING = Worth()


def worth_of_pieces(line: OrderLine, count: int, *, after: int | None = None) -> Worth:
    """The price of the next `count` pieces of the line, after `after` returned pieces."""
    first = line.given_quantity if after is None else after
    return _worth_of_first(line, first + count) - _worth_of_first(line, first)


def worth_of_last(line: OrderLine, count: int) -> int:
    """The price of the last `count` pieces of the line, tax included.

    Returned pieces are counted from the beginning of the line, collected pieces from its end: both add up to the line.
    """
    return line.total_minor - _worth_of_first(line, line.quantity - count).total_minor


def worth_of_order(order: Order) -> Worth:
    return read_worth(order.total_minor, order.tax_minor, order.tax_components)


def worth_of_fee(order: Order) -> Worth:
    """The fee for the way of paying."""
    return read_worth(order.fee_total_minor, order.fee_tax_minor, order.fee_tax_components or ())


def worth_of_shipping(order: Order, lines: Iterable[OrderLine]) -> Worth:
    """The price of the delivery: the order's sums without its lines and its fee."""
    whole = worth_of_order(order) - worth_of_fee(order)
    for line in lines:
        whole -= read_worth(line.total_minor, line.tax_minor, line.tax_components)
    return whole


def read_worth(
    total_minor: int, tax_minor: int, tax_components: Sequence[Mapping[str, Any]]
) -> Worth:
    """As rows and events keep it."""
    return Worth(total_minor, tax_minor, read_components(tax_components))


def _worth_of_first(line: OrderLine, count: int) -> Worth:
    total = allocate(line.total_minor, [count, line.quantity - count])[0]
    return Worth(
        total, *_first(count, line.quantity, line.tax_minor, read_components(line.tax_components))
    )


def _first(
    count: int, whole: int, tax_minor: int, parts: Sequence[TaxPart]
) -> tuple[int, tuple[TaxPart, ...]]:
    """The tax in the first `count` of `whole`, part by part, so that equal parts stay equal."""
    if not whole:
        return 0, ()
    weights = [count, whole - count]
    if not parts:
        return allocate(tax_minor, weights)[0], ()
    shares = tuple(
        TaxPart(part.name, part.percent, allocate(part.amount_minor, weights)[0]) for part in parts
    )
    return sum(part.amount_minor for part in shares), shares


def _amounts(parts: Iterable[TaxPart]) -> list[int]:
    return [part.amount_minor for part in parts]


def _negative(part: TaxPart) -> TaxPart:
    return TaxPart(part.name, part.percent, -part.amount_minor)


def _summed(parts: Iterable[TaxPart]) -> tuple[TaxPart, ...]:
    """One part per name and rate; what came to nothing is left out."""
    sums: dict[tuple[str, str], int] = {}
    for part in parts:
        key = (part.name, part.percent)
        sums[key] = sums.get(key, 0) + part.amount_minor
    return tuple(TaxPart(*key, amount) for key, amount in sums.items() if amount)
