"""How the taxes of an order are rounded: over which amounts, and what happens to a half. The store's settings say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.money import allocate, part_half_even, part_of


class RoundingUnit(models.TextChoices):
    LINE = "line", _("On each line")
    RATE = "rate", _("Once for each rate")
    TOTAL = "total", _("Once for the whole order")


class RoundingMode(models.TextChoices):
    HALF_UP = "half_up", _("Half up: 0.5 is 1, 1.5 is 2, 2.5 is 3")
    HALF_EVEN = "half_even", _("Half to even: 0.5 is 0, 1.5 is 2, 2.5 is 2")


def round_part(minor: int, share: int, whole: int, mode: str) -> int:
    """`minor * share / whole` in whole minor units."""
    exact = part_half_even if mode == RoundingMode.HALF_EVEN else part_of
    return exact(minor, share, whole)


@dataclass(frozen=True)
class Rounding:
    """The store's policy. Orders keep the amounts that it gave: a new policy changes none of them."""

    unit: str = RoundingUnit.RATE
    mode: str = RoundingMode.HALF_UP

    @property
    def is_by_line(self) -> bool:
        return self.unit == RoundingUnit.LINE

    @property
    def is_by_total(self) -> bool:
        return self.unit == RoundingUnit.TOTAL

    def share_out(self, exact: Mapping[int, Fraction]) -> dict[int, int]:
        """The exact amounts, each by its key, as whole units: their sum is rounded, and none is off by a unit or more
        from its part of that sum."""
        if not exact:
            return {}
        common = lcm(*(each.denominator for each in exact.values()))
        weights = [int(each * common) for each in exact.values()]
        total = round_part(sum(weights), 1, common, self.mode)
        return dict(zip(exact, allocate(total, weights), strict=True))


USUAL = Rounding()
