"""What a draft order fixes of the cart that orders it: prices, a discount, the price of the delivery.

A cart without `draft_ref` costs no statement.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext

from apps.accounts.selectors import get_user_by_email
from apps.carts.documents import Cart
from apps.checkout.errors import DraftChanged, DraftGone, ShippingUnavailable
from apps.checkout.models import DraftLine, DraftOrder
from apps.checkout.states import EDITABLE, DraftState
from apps.common.money import allocate
from apps.common.web import normalize_email
from apps.discounts.arithmetic import worth_of
from apps.orders.models import Order
from apps.prices.rules import NO_GROUPS, Groups
from apps.prices.selectors import get_book, price_groups_of
from apps.pricing.models import ShippingMethod
from apps.pricing.rules import NamedDiscount
from apps.pricing.services import BasketLine
from apps.tenancy.context import show_order


def get_draft(draft_id: UUID) -> DraftOrder:
    """Raises `DraftGone`."""
    found = DraftOrder.objects.filter(pk=draft_id).first()
    if found is None:
        raise DraftGone
    return found


def get_draft_by_token(token: str) -> DraftOrder:
    """The draft of a buyer's link, also when it was ordered. Raises `DraftGone` for one that is not, or not yet, sent."""
    show_order(token)
    found = DraftOrder.objects.filter(access_token=token).first()
    if found is None or not (found.is_payable or found.state == DraftState.PLACED):
        raise DraftGone
    return found


def is_bargain(draft: DraftOrder) -> bool:
    """Whether an amount of it is what staff say. At most one query."""
    if draft.discount_minor or draft.shipping_minor is not None:
        return True
    return draft.lines.filter(price_minor__isnull=False).exists()


def get_order_of(draft: DraftOrder) -> Order:
    """Raises `DraftGone` for one that was not ordered."""
    found = Order.objects.filter(pk=draft.order_ref).first() if draft.order_ref else None
    if found is None:
        raise DraftGone
    return found


@dataclass(frozen=True)
class Terms:
    """What a draft fixes; nothing without one."""

    draft: DraftOrder | None = None
    prices: Mapping[str, int | None] = field(default_factory=dict)

    @property
    def groups(self) -> Groups:
        """Those of the customer with the draft's e-mail address; no statement where no price list is for a group."""
        if self.draft is None or not self.draft.email or not get_book().has_groups:
            return NO_GROUPS
        user = get_user_by_email(normalize_email(self.draft.email))
        return price_groups_of(user.pk) if user is not None else NO_GROUPS

    def price(self, basket: list[BasketLine]) -> list[BasketLine]:
        """The basket at the draft's prices, its discount divided over the lines by their worth."""
        if self.draft is None:
            return basket
        lines = [_priced(line, self.prices.get(line.item.variant_ref)) for line in basket]
        worth = [worth_of(line) for line in lines]
        discount = min(self.draft.discount_minor, sum(worth))
        if not discount:
            return lines
        shares = allocate(discount, worth)
        return [
            replace(line, discount_minor=share) for line, share in zip(lines, shares, strict=True)
        ]

    def name(self, basket: list[BasketLine]) -> tuple[NamedDiscount, ...]:
        """The discount of a priced basket, by the reason that staff gave."""
        total = sum(line.discount_minor for line in basket)
        if self.draft is None or not total:
            return ()
        return (NamedDiscount(self.draft.discount_reason, "", total),)

    def ship(self, find: Callable[[], ShippingMethod]) -> ShippingMethod:
        """The method at the draft's price. A draft with a price and no method has a delivery of its own.

        Raises `ShippingUnavailable` for one with neither.
        """
        draft = self.draft
        if draft is None or draft.shipping_minor is None:
            if draft is not None and not draft.shipping_method_code:
                raise ShippingUnavailable(
                    gettext("Choose a way of shipping, or type an own price.")
                )
            return find()
        chosen = find() if draft.shipping_method_code else None
        return ShippingMethod(
            code=chosen.code if chosen else "",
            name=chosen.name if chosen else gettext("Delivery"),
            currency=draft.currency,
            amount_minor=draft.shipping_minor,
        )


def terms_of(cart: Cart) -> Terms:
    """Two statements for the cart of a draft. Raises `DraftChanged` for another version of it than the cart's."""
    if not cart.draft_ref:
        return Terms()
    draft = _rows_of(cart).first()
    if draft is None or draft.state not in EDITABLE:
        raise DraftChanged
    return Terms(draft, {line.variant_ref: _fixed(line) for line in draft.lines.all()})


def take_draft(cart: Cart, order_ref: UUID) -> None:
    """In the transaction of the order: the draft is ordered, once and in this version. Raises `DraftChanged`."""
    if not cart.draft_ref:
        return
    rows = _rows_of(cart).filter(state__in=EDITABLE)
    if not rows.update(state=DraftState.PLACED, order_ref=order_ref):
        raise DraftChanged


def _rows_of(cart: Cart) -> QuerySet[DraftOrder]:
    """The draft in the version that the cart was made from."""
    key, _, version = cart.draft_ref.partition(".")
    return DraftOrder.objects.filter(pk=UUID(key), version=int(version))


def _fixed(line: DraftLine) -> int | None:
    return line.held_minor if line.price_minor is None else line.price_minor


def _priced(line: BasketLine, price_minor: int | None) -> BasketLine:
    if price_minor is None:
        return line
    return replace(line, item=replace(line.item, unit_price_minor=price_minor))
