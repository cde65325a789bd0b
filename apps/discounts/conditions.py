"""Why a discount does not apply: a reason for programs, a sentence for people. Without queries, but for the groups of a
customer, which are kept in memory."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.utils.translation import gettext, ngettext

from apps.common.money import format_money, from_minor
from apps.discounts.arithmetic import cheaper_pieces, worth_of
from apps.discounts.kinds import Audience, Kind
from apps.discounts.rules import Rule, Shopper
from apps.prices.selectors import groups_of
from apps.pricing.services import BasketLine
from apps.tenancy.context import current_store


class Reason(StrEnum):
    UNKNOWN = "unknown"
    INACTIVE = "inactive"
    NOT_STARTED = "not_started"
    EXPIRED = "expired"
    CURRENCY = "currency"
    PRODUCTS = "products"
    MINIMUM_SPEND = "minimum_spend"
    MINIMUM_PIECES = "minimum_pieces"
    NOTHING_TO_GET = "nothing_to_get"
    NOTHING_TO_SEND = "nothing_to_send"
    COUNTRY = "country"
    LOGIN = "login"
    GROUP = "group"
    FIRST_ORDER = "first_order"
    USED_UP = "used_up"
    USED_BY_YOU = "used_by_you"
    SAME_DISCOUNT = "same_discount"
    NOT_COMBINABLE = "not_combinable"
    DEARER = "dearer"
    NOTHING_LEFT = "nothing_left"


@dataclass(frozen=True)
class Refusal:
    reason: Reason
    text: str


@dataclass(frozen=True)
class Uses:
    """What was counted: all uses of each discount, and those of this buyer."""

    all: Mapping[UUID, int]
    own: Mapping[UUID, int]


NO_USES: Final = Uses({}, {})


def refusals(
    rule: Rule,
    lines: Sequence[BasketLine],
    *,
    currency: str,
    shopper: Shopper,
    uses: Uses,
    moment: datetime,
) -> Iterator[Refusal]:
    """All reasons why the discount does not apply, the most useful one for a buyer first. `shopper.has_ordered` is asked
    last, and only where it matters."""
    if not rule.is_active:
        yield _inactive()
    yield from _of_time(rule, moment)
    if rule.limit is not None and uses.all.get(rule.id, 0) >= rule.limit:
        yield used_up()
    if rule.has_amounts and rule.currency != currency:
        yield Refusal(
            Reason.CURRENCY,
            gettext("This code is for prices in %(currency)s.") % {"currency": rule.currency},
        )
    else:
        yield from _of_goods(rule, lines)
    if rule.countries and shopper.country and shopper.country not in rule.countries:
        yield Refusal(Reason.COUNTRY, gettext("This code is not for deliveries to your country."))
    yield from _of_buyer(rule, shopper, uses)


def unknown() -> Refusal:
    return Refusal(Reason.UNKNOWN, gettext("There is no such code."))


def used_up() -> Refusal:
    return Refusal(Reason.USED_UP, gettext("This code has been used up."))


def used_by_you() -> Refusal:
    return Refusal(Reason.USED_BY_YOU, gettext("You have already used this code."))


def code_used() -> Refusal:
    return Refusal(Reason.USED_UP, gettext("This code has already been used."))


def same_discount() -> Refusal:
    return Refusal(
        Reason.SAME_DISCOUNT, gettext("Another code in your cart is for the same discount.")
    )


def dearer() -> Refusal:
    return Refusal(Reason.DEARER, gettext("Your order costs less without this code."))


def delivery_is_free() -> Refusal:
    return Refusal(Reason.NOTHING_LEFT, gettext("Delivery is free already."))


def nothing_left() -> Refusal:
    return Refusal(
        Reason.NOTHING_LEFT, gettext("Other discounts leave nothing to take this one off.")
    )


def not_combinable(other: str) -> Refusal:
    return Refusal(
        Reason.NOT_COMBINABLE,
        gettext("This code can't be combined with %(other)s, which is better for you.")
        % {"other": other},
    )


def _inactive() -> Refusal:
    return Refusal(Reason.INACTIVE, gettext("This code is not valid at the moment."))


def _of_time(rule: Rule, moment: datetime) -> Iterator[Refusal]:
    if rule.starts_at is not None and moment < rule.starts_at:
        yield Refusal(Reason.NOT_STARTED, gettext("This code is not valid yet."))
    if rule.ends_at is not None and moment >= rule.ends_at:
        yield Refusal(Reason.EXPIRED, gettext("This code has expired."))


def _of_goods(rule: Rule, lines: Sequence[BasketLine]) -> Iterator[Refusal]:
    covered = [line for line in lines if rule.covers(line)]
    if not covered:
        yield Refusal(Reason.PRODUCTS, gettext("This code is not for the products in your cart."))
        return
    missing = rule.min_spend_minor - sum(worth_of(line) for line in covered)
    if missing > 0:
        amount = format_money(from_minor(missing, rule.currency), current_store().language)
        words = (
            gettext("Add %(amount)s more of the products this code is for.")
            if rule.products or rule.categories
            else gettext("Add %(amount)s more to use this code.")
        )
        yield Refusal(Reason.MINIMUM_SPEND, words % {"amount": amount})
    pieces = rule.min_pieces - sum(line.quantity for line in covered)
    if pieces > 0:
        words = ngettext(
            "Add %(count)s more piece to use this code.",
            "Add %(count)s more pieces to use this code.",
            pieces,
        )
        yield Refusal(Reason.MINIMUM_PIECES, words % {"count": pieces})
    if rule.kind == Kind.BUY_GET and not any(cheaper_pieces(rule, lines)):
        yield _nothing_to_get(rule, lines)
    if rule.kind == Kind.FREE_SHIPPING and all(line.item.is_digital for line in lines):
        yield Refusal(Reason.NOTHING_TO_SEND, gettext("Nothing in your cart has to be sent."))


def _nothing_to_get(rule: Rule, lines: Sequence[BasketLine]) -> Refusal:
    """Says what is missing: pieces to buy, or the product that gets cheaper."""
    if rule.get_products and not any(rule.gives(line) for line in lines):
        text = gettext("Put the product that this code makes cheaper into your cart, too.")
    else:
        text = gettext("This code needs %(buy)s to pay for and %(get)s more in your cart.") % {
            "buy": rule.buy_quantity,
            "get": rule.get_quantity,
        }
    return Refusal(Reason.NOTHING_TO_GET, text)


def _of_buyer(rule: Rule, shopper: Shopper, uses: Uses) -> Iterator[Refusal]:
    if (rule.audience == Audience.ACCOUNTS and shopper.customer_id is None) or (
        rule.groups and shopper.customer_id is None
    ):
        yield Refusal(Reason.LOGIN, gettext("Log in to use this code."))
    elif rule.groups and rule.groups.isdisjoint(groups_of(shopper.customer_id)):
        yield Refusal(Reason.GROUP, gettext("This code is not for your account."))
    if rule.per_buyer is not None and uses.own.get(rule.id, 0) >= rule.per_buyer:
        yield used_by_you()
    elif rule.audience == Audience.FIRST_ORDER and shopper.has_ordered():
        yield Refusal(Reason.FIRST_ORDER, gettext("This code is for a first order only."))
