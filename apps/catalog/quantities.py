"""Which quantities of a variant can be ordered: packs of a size, at least and at most so many pieces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.errors import InvalidInput

MAX_PIECES = 100_000


class QuantityNotAllowed(InvalidInput):
    """The quantity is below the minimum, above the maximum, or not in whole packs. `details["nearest"]` has the nearest
    quantities that can be ordered."""

    code = "quantity_not_allowed"
    title = _("This quantity can't be ordered.")


@dataclass(frozen=True)
class QuantityRule:
    """Pieces are ordered in multiples of `step`, at least `minimum`, at most `maximum` (None: no limit of its own)."""

    minimum: int = 1
    maximum: int | None = None
    step: int = 1

    @property
    def is_restricted(self) -> bool:
        return self != UNRESTRICTED

    @property
    def first(self) -> int:
        """The smallest quantity: the first whole number of packs from the minimum on."""
        return -(-self.minimum // self.step) * self.step

    def most(self, quantity: int) -> int:
        """The largest quantity that can be ordered and is not above the given one; 0 if there is none."""
        if self.maximum is not None:
            quantity = min(quantity, self.maximum)
        found = quantity // self.step * self.step
        return found if found >= self.first else 0

    def allows(self, quantity: int) -> bool:
        return quantity > 0 and self.most(quantity) == quantity

    def nearest(self, quantity: int) -> list[int]:
        """The allowed quantities around the given one: one or two, or none where nothing fits."""
        below = self.most(quantity)
        above = max(self.first, quantity // self.step * self.step + self.step)
        found = [below] if below else []
        if above != below and self.allows(above):
            found.append(above)
        return found

    def words(self) -> str:
        """For buyers: `Sold in packs of 6, from 12 to 60 pieces.` Empty without a restriction."""
        known = {"step": self.step, "first": self.first, "last": self.maximum or 0}
        if self.maximum is not None:
            known["last"] = self.most(self.maximum)
        if not self.is_restricted:
            return ""
        if self.maximum is None:
            if self.step == 1:
                return gettext("Sold from %(first)s pieces on.") % known
            if self.first == self.step:
                return gettext("Sold in packs of %(step)s.") % known
            return gettext("Sold in packs of %(step)s, from %(first)s pieces on.") % known
        if self.step == 1:
            if self.first == 1:
                return gettext("At most %(last)s in an order.") % known
            return gettext("Sold from %(first)s to %(last)s pieces.") % known
        return gettext("Sold in packs of %(step)s, from %(first)s to %(last)s pieces.") % known

    def words_for(self, quantity: int, title: str) -> str:
        """Why the quantity is not possible, and the nearest that are."""
        found = [str(each) for each in self.nearest(quantity)]
        known = {"title": title, "words": self.words(), "quantity": quantity}
        if not found:
            return gettext("%(title)s: %(quantity)s can't be ordered. %(words)s") % known
        known["nearest"] = gettext("%(fewer)s or %(more)s") % {
            "fewer": found[0],
            "more": found[-1],
        }
        if len(found) == 1:
            known["nearest"] = found[0]
        sentence = gettext(
            "%(title)s: %(quantity)s can't be ordered. %(words)s Nearest: %(nearest)s."
        )
        return sentence % known

    def require(self, quantity: int, *, title: str, sku: str = "", **more: Any) -> None:
        """Raises `QuantityNotAllowed`."""
        if self.allows(quantity):
            return
        sentence = self.words_for(quantity, title)
        raise QuantityNotAllowed(
            sentence,
            fields={"quantity": [sentence]},
            sku=sku,
            minimum=self.first,
            maximum=self.maximum,
            step=self.step,
            nearest=self.nearest(quantity),
            **more,
        )


UNRESTRICTED = QuantityRule()
