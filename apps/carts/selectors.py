"""Every read of carts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.conf import settings

from apps.carts.documents import Cart, CartLine, CartNotice, CartStatus
from apps.carts.gifts import GiftDetails, at_gift_amount
from apps.carts.warnings import CartWarning, quantity_left, warnings_of
from apps.catalog.quantities import UNRESTRICTED, QuantityRule
from apps.catalog.selectors import LinePart, SaleableLine, read_shown_lines
from apps.common.clock import now
from apps.common.money import Money, from_minor
from apps.discounts.choosing import Applied
from apps.discounts.rules import Shopper
from apps.discounts.selectors import apply_discounts
from apps.inventory.bundles import sum_pieces
from apps.inventory.queue import Waiting
from apps.inventory.selectors import NO_SUPPLY, Supply, get_supply
from apps.prices.rules import Groups
from apps.prices.selectors import price_groups_of
from apps.pricing.services import BasketLine
from apps.tenancy.documents.access import scoped_collection


def get_cart(*, token: str | None = None, customer_ref: str | None = None) -> Cart | None:
    """The cart in use (open or being ordered) of a customer, or else of a guest's token: one read.

    A token never opens a customer's cart, so the cookie of a customer who logged out shows no cart.
    """
    if customer_ref:
        return scoped_collection(Cart).get(slot=f"customer:{customer_ref}")
    cart = get_guest_cart(token)
    if cart is not None and cart.status == CartStatus.CLOSED and cart.successor:
        cart = get_guest_cart(cart.successor)  # what was saved for later when this one was ordered
    return cart if cart is not None and cart.status != CartStatus.CLOSED else None


def get_guest_cart(token: str | None) -> Cart | None:
    """The guest's cart with that token, open or not: one read."""
    if not isinstance(token, str) or not token:
        return None
    cart = scoped_collection(Cart).get(slot=f"cart:{token}")
    return cart if cart is not None and cart.customer_ref is None else None


def get_cart_by_ref(cart_ref: str) -> Cart | None:
    """The cart that an order names, if it is still there."""
    return scoped_collection(Cart).get(id=cart_ref)


def get_cart_for_checkout(checkout_id: UUID) -> Cart | None:
    """The cart that was claimed with this id, unless it was reopened since."""
    return scoped_collection(Cart).get(checkout_id=str(checkout_id))


def list_stalled_carts(*, claimed_before: datetime, limit: int = 100) -> list[Cart]:
    """Carts claimed before that moment and neither closed nor reopened: work for checkout's sweeper."""
    claimed = scoped_collection(Cart).list_all({"status": CartStatus.CONVERTING.value})
    stalled = (cart for cart in claimed if cart.claimed_at and cart.claimed_at < claimed_before)
    return list(islice(stalled, limit))


def list_due_reminders(*, limit: int) -> list[Cart]:
    """Some of the carts whose buyers are to be reminded, by the index of this moment; none of a later one."""
    stored = scoped_collection(Cart)
    return [stored.load(each) for each in stored.find({"remind_at": {"$lte": now()}}).limit(limit)]


@dataclass(frozen=True)
class CartViewLine:
    """A line as it stands now. `available` None: not counted. `total` is at the present price. `waiting` are its pieces that
    come later."""

    id: str
    product_ref: str
    variant_ref: str
    sku: str
    title: str
    variant_title: str
    slug: str
    image_url: str
    quantity: int
    unit_price: Money
    total: Money
    old_unit_price: Money | None
    available: int | None
    is_orderable: bool
    warnings: tuple[CartWarning, ...]
    quantity_left: int
    item: SaleableLine | None = None
    waiting: Waiting | None = None
    gift: GiftDetails | None = None

    @property
    def is_gift_card(self) -> bool:
        return self.item is not None and self.item.is_gift_card

    @property
    def tax_class(self) -> str:
        return self.item.tax_class if self.item else ""

    @property
    def rule(self) -> QuantityRule:
        return self.item.quantity_rule if self.item else UNRESTRICTED

    @property
    def most(self) -> int:
        """The largest quantity that can be asked for."""
        return self.rule.most(settings.CART_MAX_QUANTITY)

    @property
    def offered(self) -> list[int]:
        """Quantities near the wanted one that can be ordered; none where the wanted one can."""
        if self.is_orderable or self.item is None or not self.item.is_saleable:
            return []
        limit = settings.CART_MAX_QUANTITY if self.available is None else self.available
        near = {*self.rule.nearest(self.quantity), self.quantity_left}
        return sorted(each for each in near if 0 < each <= limit)

    @property
    def has_news(self) -> bool:
        """Whether there is something that is over when the buyer has seen it."""
        return any(warning.is_dismissed for warning in self.warnings)


@dataclass(frozen=True)
class CartView:
    """A cart for a page. `subtotal` counts only what can be ordered; `is_orderable` is about all lines. What is `saved` for
    later, and what is `asked`, is not in it."""

    cart: Cart
    lines: tuple[CartViewLine, ...]
    subtotal: Money
    count: int
    saved: tuple[CartViewLine, ...] = ()
    asked: tuple[CartViewLine, ...] = ()

    @property
    def notices(self) -> list[CartNotice]:
        return self.cart.open_notices

    @property
    def is_empty(self) -> bool:
        return not self.lines

    @property
    def is_orderable(self) -> bool:
        return bool(self.lines) and all(line.is_orderable for line in self.lines)

    @property
    def needs_shipping(self) -> bool:
        """Whether the cart contains physical goods; unavailable products count as physical."""
        return any(line.available is not None or not line.is_orderable for line in self.lines)


def apply_to_cart(
    view: CartView, *, codes: Sequence[str] | None = None, shopper: Shopper | None = None
) -> Applied:
    """The discounts of what can be ordered of the cart, with its codes or with others. Where it goes is not known yet, and
    without `shopper` not whether its buyer has ordered before. No statement without codes, unless an automatic discount is
    limited."""
    cart = view.cart
    known = Shopper(UUID(cart.customer_ref) if cart.customer_ref else None)
    return apply_discounts(
        [
            BasketLine(line.item, line.quantity, gift=line.gift.as_json() if line.gift else None)
            for line in view.lines
            if line.is_orderable and line.item is not None
        ],
        codes=cart.coupon_codes if codes is None else codes,
        currency=cart.currency,
        shopper=shopper or known,
    )


@dataclass(frozen=True)
class Goods:
    """What was read of some variants at one moment. `lines` lacks unknown ones, `supply` also what is not counted."""

    refs: frozenset[str]
    lines: Mapping[str, SaleableLine]
    supply: Mapping[str, Supply]

    def parts_of(self, variant_ref: str) -> tuple[LinePart, ...]:
        line = self.lines.get(variant_ref)
        return line.parts if line is not None else ()

    def covers(self, cart: Cart) -> bool:
        shown = (*cart.lines, *cart.saved_lines, *cart.asked_lines)
        return all(line.variant_ref in self.refs for line in shown)


def read_goods(variant_refs: Iterable[str], currency: str) -> Goods:
    """One query for any number of variants, and one document read for those this process has not read yet since the
    catalog changed."""
    refs = frozenset(variant_refs)
    lines = read_shown_lines(refs, currency)
    counted = [ref for ref, line in lines.items() if not line.is_digital]
    parts = [part.variant_ref for line in lines.values() for part in line.parts]
    return Goods(refs, lines, get_supply([*counted, *parts]) if counted else {})


def read_goods_of(cart: Cart, *more: str) -> Goods:
    """Of everything in the cart, and of what may come into it: `present_cart` then reads nothing."""
    lines = (*cart.lines, *cart.saved_lines, *cart.asked_lines)
    return read_goods([*(line.variant_ref for line in lines), *more], cart.currency)


def present_cart(cart: Cart, goods: Goods | None = None) -> CartView:
    """The cart with present prices and stock: from `goods` if all its lines are in there, or else one document read
    and one query, however many lines."""
    if goods is None or not goods.covers(cart):
        goods = read_goods_of(cart)
    left, groups = _left_for(cart.lines, goods), price_groups_of(cart.customer_ref)
    lines = tuple(
        _view_line(line, _offer_of(line, goods, groups), left, goods.supply, cart)
        for line in cart.lines
    )
    saved, asked = (
        tuple(
            _view_line(
                line,
                _offer_of(line, goods, groups),
                _left_for([line], goods),
                goods.supply,
                cart,
            )
            for line in part
        )
        for part in (cart.saved_lines, cart.asked_lines)
    )
    subtotal = sum(
        (line.total for line in lines if line.is_orderable), start=from_minor(0, cart.currency)
    )
    return CartView(
        cart=cart, lines=lines, subtotal=subtotal, count=cart.count, saved=saved, asked=asked
    )


def _left_for(lines: Sequence[CartLine], goods: Goods) -> dict[str, int]:
    """By variant how many of it there are for its line: pieces that other lines need are theirs, be it alone or as parts
    of bundles."""
    demands = {
        line.variant_ref: sum_pieces([(line.variant_ref, goods.parts_of(line.variant_ref), 1)])
        for line in lines
    }
    wanted = Counter[str]()
    for line in lines:
        for ref, each in demands[line.variant_ref].items():
            wanted[ref] += each * line.quantity
    return {
        line.variant_ref: min(
            (goods.supply.get(ref, NO_SUPPLY).sellable - wanted[ref]) // each + line.quantity
            for ref, each in demands[line.variant_ref].items()
        )
        for line in lines
    }


def _offer_of(line: CartLine, goods: Goods, groups: Groups) -> SaleableLine | None:
    """At the price that the cart's buyer pays for this quantity."""
    offer = goods.lines.get(line.variant_ref)
    if offer is None:
        return None
    return at_gift_amount(offer.for_buyer(line.quantity, groups), line.gift)


def _view_line(
    line: CartLine,
    offer: SaleableLine | None,
    left: Mapping[str, int],
    supply: Mapping[str, Supply],
    cart: Cart,
) -> CartViewLine:
    price_minor = offer.unit_price_minor if offer else None
    if price_minor is None:
        price_minor = line.unit_price_minor
    available, waiting = None, None
    if offer is not None and not offer.is_digital:
        available = max(left.get(line.variant_ref, 0), 0)
        waiting = supply.get(line.variant_ref, NO_SUPPLY).waiting_of(line.quantity)
    warnings = warnings_of(line, offer, available)
    old = line.unit_price_minor if line.unit_price_minor != price_minor else None
    unit_price = from_minor(price_minor, cart.currency)
    return CartViewLine(
        id=line.id,
        product_ref=line.product_ref,
        variant_ref=line.variant_ref,
        sku=offer.sku if offer else line.sku,
        title=offer.title if offer else line.title,
        variant_title=offer.variant_title if offer else "",
        slug=offer.slug if offer else "",
        image_url=offer.image_url if offer else "",
        quantity=line.quantity,
        unit_price=unit_price,
        total=unit_price * line.quantity,
        old_unit_price=from_minor(old, cart.currency) if old is not None else None,
        available=available,
        is_orderable=all(warning.is_dismissed for warning in warnings),
        warnings=warnings,
        quantity_left=quantity_left(line, offer, available),
        item=offer,
        waiting=waiting,
        gift=GiftDetails.read(line.gift) if offer is not None and offer.is_gift_card else None,
    )
