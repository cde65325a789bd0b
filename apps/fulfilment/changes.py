"""What a change of a placed order would do, before anything is done: goods, delivery, discount, tax, and the money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Final
from uuid import UUID

from django.utils.translation import gettext

from apps.catalog.selectors import SaleableLine, full_title, read_lines
from apps.catalog.tax_classes import STANDARD
from apps.checkout.errors import ItemsUnavailable
from apps.checkout.repricing import taxes_of_order
from apps.common.errors import InvalidInput
from apps.common.money import MAX_MINOR, format_money, from_minor
from apps.common.typed_text import Line, clean_texts
from apps.fulfilment.address_changes import address_after, is_collected_after
from apps.fulfilment.delivery_changes import change_delivery, content_of
from apps.inventory.bundles import sum_pieces
from apps.orders.errors import LineNotChangeable, OrderNotChangeable
from apps.orders.models import Order, OrderLine
from apps.orders.services import Delivery
from apps.orders.worth import NOTHING, Worth, worth_of_pieces
from apps.payments.adapting import Adaption, Way, plan_adaption
from apps.payments.credits import credits_of
from apps.payments.models import Payment
from apps.payments.selectors import list_payment_methods
from apps.payments.vouchers import vouchers_kept
from apps.prices.rules import NO_GROUPS, Groups
from apps.prices.selectors import price_groups_of
from apps.pricing.rules import TaxRules
from apps.pricing.services import BasketLine, PricedLine, price_order
from apps.tenancy.context import current_store

MOST_LINES: Final = 100
MOST_PIECES: Final = 9999
_FEE_SKU: Final = "FEE"
_TEXTS: Final = {"fee_title": Line(120), "price_reason": Line(200)}


@dataclass(frozen=True)
class NewPieces:
    """Pieces of a variant that are added, at the catalog's price or one that staff make, with its reason."""

    variant_ref: str
    quantity: int
    price_minor: int | None = None
    price_reason: Annotated[str, Line(200)] = ""


@dataclass(frozen=True)
class ChangeInput:
    """What staff want. `removed` are pieces by line. `shipping_method` and `shipping_minor`: "" and None leave the delivery at
    what was agreed; a method without a price is charged at its price for what is left of the order.

    `discount_minor` is what the buyer pays less, tax included; `fee_minor` more, as the shop shows prices.
    """

    removed: Mapping[UUID, int] = field(default_factory=dict)
    added: Sequence[NewPieces] = ()
    shipping_address: Mapping[str, Any] | None = None
    with_billing: bool = False
    shipping_method: str = ""
    shipping_minor: int | None = None
    discount_minor: int = 0
    fee_minor: int = 0
    fee_title: Annotated[str, Line(120)] = ""
    reason: Annotated[str, Line(200)] = ""

    @property
    def is_empty(self) -> bool:
        return not (
            any(self.removed.values())
            or self.added
            or self.shipping_address is not None
            or self.shipping_method
            or self.shipping_minor is not None
            or self.discount_minor
            or self.fee_minor
        )

    def price_reasons(self) -> dict[str, str]:
        """Why a variant has another price than the catalog's. Raises `InvalidInput` for what is no text."""
        return {
            each.variant_ref: clean_texts({"price_reason": each.price_reason}, _TEXTS)[
                "price_reason"
            ]
            for each in self.added
            if each.price_minor is not None
        }

    @property
    def is_bargain(self) -> bool:
        """Whether an amount is what staff say, and not what the shop charges."""
        own = any(each.price_minor is not None for each in self.added)
        return bool(own or self.shipping_minor is not None or self.discount_minor or self.fee_minor)


@dataclass(frozen=True)
class Plan:
    """What the change does. Amounts are differences, tax included: below zero the buyer pays less. `version` is the order's
    when it was read."""

    version: int
    removed: Mapping[UUID, int]
    lines: tuple[PricedLine, ...]
    delivery: Delivery
    adaption: Adaption
    goods_minor: int
    delivery_minor: int
    discount_minor: int
    fee_minor: int
    tax_minor: int

    @property
    def total_minor(self) -> int:
        return self.goods_minor + self.delivery_minor + self.fee_minor - self.discount_minor

    @property
    def refund_minor(self) -> int:
        return self.adaption.back.total_minor

    @property
    def ask_minor(self) -> int:
        """What the buyer is asked to pay online by it."""
        return self.adaption.asked_minor if self.adaption.is_new_request else 0

    @property
    def cash_minor(self) -> int | None:
        """What the courier will ask for; None where no courier does."""
        return self.adaption.due_minor if self.adaption.way == Way.CASH else None

    def demand(self) -> dict[str, int]:
        """Pieces to reserve, by variant; of a bundle those of its parts."""
        return sum_pieces(
            (line.variant_ref, line.parts, line.quantity)
            for line in self.lines
            if not line.is_digital
        )

    def names(self) -> dict[str, str]:
        parts = {part.variant_ref: part.title for line in self.lines for part in line.parts}
        return parts | {
            line.variant_ref: full_title(line.title, line.variant_title) for line in self.lines
        }

    def skus(self) -> dict[str, str]:
        parts = {part.variant_ref: part.sku for line in self.lines for part in line.parts}
        return parts | {line.variant_ref: line.sku for line in self.lines}


def plan_change(order: Order, change: ChangeInput) -> Plan:
    """About twelve statements; nothing is written. Raises what the change would be refused with, but for stock."""
    lines = list(order.lines.order_by("position"))
    payments = list(Payment.objects.filter(order_id=order.pk).order_by("pk"))
    removed = _check(order, lines, change)
    off = _worth_off(lines, removed)
    address = address_after(
        order, given=change.shipping_address, method_code=change.shipping_method
    )
    taxes = _taxes(order, change, address)
    priced = _priced(order, lines, change, taxes)
    delivery, less = change_delivery(
        order,
        lines,
        content_of(lines, removed, priced),
        taxes,
        address=address,
        with_billing=change.with_billing and not is_collected_after(order, change.shipping_method),
        method_code=change.shipping_method,
        price_minor=change.shipping_minor,
    )
    _check_fees(order, lines, removed, priced, delivery, change)
    raised = sum((_worth(line) for line in priced), NOTHING) + delivery.raised
    left = credits_of(order).left - Worth(vouchers_kept(order))  # these cost what is on them
    discount = _discount(left + raised, off + less, change.discount_minor)
    adaption = plan_adaption(order, payments, raised=raised, lowered=off + less + discount)
    _check_cash(order, adaption, address)
    fee = sum(line.total_minor for line in priced if not line.variant_ref)
    return Plan(
        version=order.event_count,
        removed=removed,
        lines=tuple(priced),
        delivery=delivery,
        adaption=adaption,
        goods_minor=sum(line.total_minor for line in priced) - fee - off.total_minor,
        delivery_minor=delivery.raised.total_minor - less.total_minor,
        discount_minor=discount.total_minor,
        fee_minor=fee,
        tax_minor=raised.tax_minor - adaption.reduced.tax_minor - adaption.back.tax_minor,
    )


def _check(order: Order, lines: Sequence[OrderLine], change: ChangeInput) -> dict[UUID, int]:
    """The pieces that are taken off. Raises by field."""
    errors: dict[str, list[str]] = {}
    if change.is_empty:
        raise InvalidInput(gettext("Nothing would change."))
    if len(lines) + len(change.added) > MOST_LINES:
        raise InvalidInput(gettext("An order has at most %(most)s lines.") % {"most": MOST_LINES})
    for name in ("shipping_minor", "discount_minor", "fee_minor"):
        amount = getattr(change, name)
        if amount is not None and not 0 <= amount <= MAX_MINOR:
            errors[name] = [gettext("This is not an amount of money.")]
    if change.fee_minor and not change.fee_title.strip():
        errors["fee_title"] = [gettext("Say what it is for.")]
    if not change.reason.strip():
        errors["reason"] = [gettext("Say why.")]
    if errors:
        raise InvalidInput(fields=errors)
    by_id = {line.pk: line for line in lines}
    for line_id, count in change.removed.items():
        line = by_id.get(line_id)
        if line is None:
            raise LineNotChangeable(gettext("One of these lines does not belong to this order."))
        if line.is_gift_card and count:
            raise LineNotChangeable(
                gettext("A gift card is not taken off: refund it, or cancel the order.")
            )
        if not 0 <= count <= line.open_quantity or (line.is_fee and count):
            sentence = gettext("%(title)s: at most %(possible)s pieces can be taken off.") % {
                "title": line.title,
                "possible": line.open_quantity,
            }
            raise LineNotChangeable(sentence, fields={"remove": [sentence]})
    return {line_id: count for line_id, count in change.removed.items() if count}


def _check_fees(
    order: Order,
    lines: Sequence[OrderLine],
    removed: Mapping[UUID, int],
    priced: Sequence[PricedLine],
    delivery: Delivery,
    change: ChangeInput,
) -> None:
    """The fees of an order, those of earlier changes included, are together at most what its goods and its delivery cost
    without discounts. Raises `InvalidInput`."""
    if not change.fee_minor:
        return
    kept = [(line, line.quantity - line.given_quantity - removed.get(line.pk, 0)) for line in lines]
    goods = sum(line.unit_price_minor * count for line, count in kept if not line.is_fee)
    added = sum(line.unit_price_minor * line.quantity for line in priced if line.variant_ref)
    shipping = order.shipping_minor + delivery.raised_shown_minor - delivery.less_shown_minor
    before = sum(line.unit_price_minor * count for line, count in kept if line.is_fee)
    most = max(goods + added + shipping - before, 0)
    if change.fee_minor > most:
        shown = format_money(from_minor(most, order.currency), current_store().language)
        sentence = gettext(
            "Fees are at most as much as the goods and the delivery: %(most)s for this order."
        )
        raise InvalidInput(fields={"fee": [sentence % {"most": shown}]})


def _worth_off(lines: Sequence[OrderLine], removed: Mapping[UUID, int]) -> Worth:
    worth = NOTHING
    for line in lines:
        if line.pk in removed:
            worth += worth_of_pieces(line, removed[line.pk])
    return worth


def _taxes(order: Order, change: ChangeInput, address: Mapping[str, Any] | None) -> TaxRules:
    """The rules for what is added. What was sold keeps its taxes, so an address where they differ is refused."""
    taxes = taxes_of_order(order)
    if address is not None and taxes_of_order(order, address) != taxes:
        raise OrderNotChangeable(
            gettext(
                "Other taxes are due at that address. Cancel the order, and make another one for it as a draft."
            )
        )
    is_sent_otherwise = change.shipping_method or change.shipping_minor is not None
    is_priced = change.added or change.fee_minor or is_sent_otherwise
    if is_priced and taxes.prices_include_tax != order.prices_include_tax:
        raise OrderNotChangeable(
            gettext("Prices of the shop have another kind of tax now than when this was ordered.")
        )
    return taxes


def _priced(
    order: Order, lines: Sequence[OrderLine], change: ChangeInput, taxes: TaxRules
) -> list[PricedLine]:
    """What is added, with its tax. Raises `ItemsUnavailable`, and `InvalidInput` for a price without a reason."""
    offers = read_lines([each.variant_ref for each in change.added], order.currency)
    groups = price_groups_of(order.customer_id) if change.added else NO_GROUPS
    basket = [
        _basket_line(order, each, offers.get(each.variant_ref), groups) for each in change.added
    ]
    if change.fee_minor:
        basket.append(BasketLine(_fee(order, change), 1))
    if not basket:
        return []
    priced = price_order(
        lines=basket,
        shipping_method=None,
        address=order.shipping_address,
        currency=order.currency,
        taxes=taxes,
    )
    return list(priced.lines)


def _basket_line(
    order: Order, each: NewPieces, offer: SaleableLine | None, groups: Groups
) -> BasketLine:
    """At the price that the buyer of the order pays now for so many, or at one of staff."""
    if offer is None or not offer.is_saleable:
        raise ItemsUnavailable(gettext("One of the products is not for sale any more."))
    if offer.is_gift_card:
        raise OrderNotChangeable(gettext("A gift card can't be added to an order."))
    if not 1 <= each.quantity <= MOST_PIECES:
        sentence = gettext("%(title)s: between 1 and %(most)s pieces.")
        raise InvalidInput(sentence % {"title": offer.full_title, "most": MOST_PIECES})
    if not order.needs_shipping and not offer.is_digital:
        raise OrderNotChangeable(gettext("Nothing of this order is sent: add downloads only."))
    if each.price_minor is None:
        return BasketLine(offer.for_buyer(each.quantity, groups), each.quantity)
    if not 0 <= each.price_minor <= MAX_MINOR:
        raise InvalidInput(gettext("This is not an amount of money."))
    if not each.price_reason.strip():
        sentence = gettext("%(title)s: say why it has another price.")
        raise InvalidInput(sentence % {"title": offer.full_title})
    return BasketLine(replace(offer, unit_price_minor=each.price_minor), each.quantity)


def _fee(order: Order, change: ChangeInput) -> SaleableLine:
    """An amount as a line that nothing is sent for, taxed as goods of the standard class."""
    return SaleableLine(
        product_ref="",
        variant_ref="",
        sku=_FEE_SKU,
        title=clean_texts({"fee_title": change.fee_title}, _TEXTS)["fee_title"],
        variant_title="",
        unit_price_minor=change.fee_minor,
        compare_at_minor=None,
        currency=order.currency,
        image_url="",
        tax_class=STANDARD,
        weight_grams=0,
        is_digital=True,
        slug="",
        is_saleable=True,
    )


def _discount(whole: Worth, off: Worth, wanted_minor: int) -> Worth:
    """Of what is left without the pieces that are taken off. More may have been given back of the order before."""
    rest = whole - whole.take(off, min(off.total_minor, whole.total_minor))
    return rest.share(min(wanted_minor, rest.total_minor)) if wanted_minor else NOTHING


def _check_cash(order: Order, adaption: Adaption, address: Mapping[str, Any] | None) -> None:
    """What the store's rules of cash on delivery do not allow is not added, and not sent elsewhere."""
    if adaption.cash is None or not (adaption.raised.total_minor or address is not None):
        return
    rules = next((each.cash for each in list_payment_methods() if each.pays_on_delivery), None)
    if rules is None:
        return
    place = address if address is not None else order.shipping_address
    total = max(adaption.payable_minor, rules.minimum_minor or 0)  # what is taken off may go below
    if why := rules.why_not(total_minor=total, currency=order.currency, address=place):
        raise OrderNotChangeable(why)


def _worth(line: PricedLine) -> Worth:
    return Worth(line.total_minor, line.tax_minor, line.tax_components)
