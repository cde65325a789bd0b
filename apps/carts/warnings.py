"""What is different about a line of a cart than its buyer has seen, or why it can't be ordered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from apps.carts.documents import CartLine
from apps.carts.gifts import is_amount_offered
from apps.catalog.selectors import SaleableLine
from apps.common.money import format_money, from_minor
from apps.tenancy.context import current_store

# These do not stop an order, and are over when the buyer has seen them.
DISMISSED: Final = frozenset({"price_up", "price_down", "tax_changed"})


@dataclass(frozen=True)
class CartWarning:
    """`code` is `unavailable`, `sold_out`, `only_some_left`, `quantity_not_allowed`, or one of `DISMISSED`; `text` is for people."""

    code: str
    text: str

    @property
    def is_dismissed(self) -> bool:
        """Whether it is over when the buyer has seen it."""
        return self.code in DISMISSED


def warnings_of(
    line: CartLine, offer: SaleableLine | None, available: int | None
) -> tuple[CartWarning, ...]:
    """`available` None: not counted."""
    if offer is None or not offer.is_saleable:
        return (CartWarning("unavailable", _("This is no longer available.")),)
    if line.gift and not is_amount_offered(line.gift, offer):
        return (CartWarning("unavailable", _("This amount is no longer offered.")),)
    rule, found = offer.quantity_rule, [*_of_stock(line, offer, available)]
    if not found and not rule.allows(line.quantity):
        words = rule.words_for(line.quantity, offer.full_title)
        found.append(CartWarning("quantity_not_allowed", words))
    return (*found, *_of_terms(line, offer))


def quantity_left(line: CartLine, offer: SaleableLine | None, available: int | None) -> int:
    """How much of the wanted quantity can be ordered now."""
    if offer is None or not offer.is_saleable or not is_amount_offered(line.gift, offer):
        return 0
    limit = settings.CART_MAX_QUANTITY if available is None else available
    return offer.quantity_rule.most(min(line.quantity, limit))


def _of_stock(
    line: CartLine, offer: SaleableLine, available: int | None
) -> tuple[CartWarning, ...]:
    if available is None or available >= line.quantity:
        return ()
    rule = offer.quantity_rule
    if available == 0:
        return (CartWarning("sold_out", _("This is sold out.")),)
    text = _("Only %(available)d left.") % {"available": available}
    if rule.is_restricted and not rule.most(available):
        return (CartWarning("sold_out", f"{text} {rule.words()}"),)
    return (CartWarning("only_some_left", text),)


def _of_terms(line: CartLine, offer: SaleableLine) -> tuple[CartWarning, ...]:
    found = []
    before, present = line.unit_price_minor, offer.unit_price_minor
    if present is not None and present != before:
        known = {
            "before": format_money(from_minor(before, offer.currency), current_store().language),
            "now": format_money(from_minor(present, offer.currency), current_store().language),
        }
        if present > before:
            text = _("The price has gone up from %(before)s to %(now)s.") % known
            found.append(CartWarning("price_up", text))
        else:
            text = _("The price has gone down from %(before)s to %(now)s.") % known
            found.append(CartWarning("price_down", text))
    if line.tax_class and line.tax_class != offer.tax_class:
        text = _("It is taxed in another way than when you added it.")
        found.append(CartWarning("tax_changed", text))
    return tuple(found)
