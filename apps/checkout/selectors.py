"""The quote of a cart, before and while it is placed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext

from apps.carts.documents import Cart, CartStatus
from apps.carts.errors import CartEmpty
from apps.carts.gifts import at_gift_amount, is_amount_offered
from apps.carts.selectors import get_cart_by_ref, get_guest_cart
from apps.catalog.selectors import SaleableLine, read_lines
from apps.checkout.buyers import certified
from apps.checkout.discounting import discount_basket, shopper_of
from apps.checkout.drafts import terms_of
from apps.checkout.errors import (
    InvalidDetails,
    ItemsUnavailable,
    ShippingUnavailable,
    StoreNotReady,
)
from apps.checkout.models import CheckoutFence
from apps.checkout.payable import RefusedMethod, list_methods_for, list_refused_for
from apps.checkout.pickup import NEEDED_TO_COLLECT, handed_over_at
from apps.checkout.quotes import Quote, payable_by_value
from apps.common.addresses import address_format, check_region, find_country
from apps.common.addresses.postal_codes import known_postal_code
from apps.common.clock import now
from apps.common.money import from_minor
from apps.discounts.arithmetic import worth_of
from apps.discounts.selectors import read_of_codes
from apps.giftcards.selectors import Share, plan_shares
from apps.orders.models import Order
from apps.payments.selectors import OfferedMethod, list_payment_methods
from apps.prices.rules import Groups
from apps.prices.selectors import price_groups_of
from apps.pricing.errors import CountryNotServed, ShippingMethodNotFound
from apps.pricing.models import ShippingMethod
from apps.pricing.rules import NamedDiscount
from apps.pricing.selectors import (
    ShippingMap,
    ShippingOption,
    get_shipping_map,
    get_shipping_method,
    get_tax_rules_for,
    needs_region,
    reads_of_order,
)
from apps.pricing.services import BasketLine, load_of, price_order
from apps.pricing.treatments import CONSUMER, TaxBuyer
from apps.shipping.areas import Place
from apps.shipping.selectors import names_days
from apps.tenancy.prepared import reading_together

# The time in which a repeated request of a customer gets the same order.
_REPEAT = timedelta(minutes=2)


class RefusedShipping(NamedTuple):
    method: ShippingMethod
    reason: str


@dataclass(frozen=True)
class CheckoutOptions:
    """The choices on the checkout page. `quote` is with `chosen`, and with the fee of `paid_by`; None where nothing ships
    there. `refused` are ways to pay that the store has, but not for this order, with the reason, and `refused_shipping` ways of
    shipping that go there but don't take what is in the cart.

    `countries` are those the cart can be sent to; None: all of them, or nothing is sent.
    Of a cart that costs nothing `payment_methods` is empty, and `needs_payment` says that this is no fault.
    `needed_fields` are those of the address that must not be empty. `shares` are what gift cards and store credit pay.
    """

    shipping_options: list[ShippingOption]
    payment_methods: list[OfferedMethod]
    chosen: str
    quote: Quote | None
    countries: frozenset[str] | None = None
    needed_fields: frozenset[str] = frozenset()
    paid_by: str = ""
    refused: tuple[RefusedMethod, ...] = ()
    shares: tuple[Share, ...] = ()
    refused_shipping: tuple[RefusedShipping, ...] = ()

    @property
    def is_pickup(self) -> bool:
        """Whether the chosen way of shipping is that the buyer comes."""
        return bool(self.quote and self.quote.shipping_method and self.quote.shipping_method.spot)

    @property
    def is_download(self) -> bool:
        return self.quote is not None and not self.quote.needs_shipping

    @property
    def needs_shipping(self) -> bool:
        return not self.is_download

    @property
    def needs_payment(self) -> bool:
        return self.quote is None or self.rest_minor > 0

    @property
    def prepaid_minor(self) -> int:
        return sum(share.amount_minor for share in self.shares)

    @property
    def rest_minor(self) -> int:
        """What is left to pay by a payment method."""
        return self.quote.priced.total_minor - self.prepaid_minor if self.quote else 0

    @property
    def problem(self) -> str:
        """Why nothing can be ordered, whatever is chosen; "" if it can."""
        return (
            str(StoreNotReady.title) if self.quote is not None and self.quote.lacks_origin else ""
        )


def quote_cart(
    cart: Cart,
    *,
    address: Mapping[str, Any],
    shipping_method: str,
    buyer: TaxBuyer = CONSUMER,
    email: str = "",
) -> Quote:
    """The cart's price as an order: one document read and three statements, four with codes, which PostgreSQL gets in one
    message; more for limited discounts, see `apply_discounts`.

    Raises `CartEmpty`, `ItemsUnavailable`, `ShippingUnavailable`.
    """
    terms = terms_of(cart)
    basket = terms.price(_read_basket(cart, terms.groups if terms.draft else None))
    reads = reads_of_order(str(address.get("country", "")), cart.currency)
    with reading_together(*reads, read_of_codes(cart.coupon_codes)):
        method = None
        if _is_sent(basket):
            method = terms.ship(
                lambda: _find_method(shipping_method, address, basket, cart.currency)
            )
        return _quote(basket, method, address, cart, buyer, email, terms.name(basket))


def list_checkout_options(
    cart: Cart,
    *,
    country: str,
    region: str = "",
    postal_code: str = "",
    shipping_method: str = "",
    payment_method: str = "",
    buyer: TaxBuyer = CONSUMER,
    email: str = "",
    gift_cards: Sequence[str] = (),
    uses_store_credit: bool = False,
) -> CheckoutOptions:
    """Shipping and payment methods for a place, and the price with the chosen (or first) way of shipping and of paying.

    Country, region and postal code are taken in any usual spelling; "" is not chosen yet, and what is no postal code is not
    typed yet. Raises `InvalidDetails` for an unknown country or region, and `GiftCardNotUsable`.
    """
    address = _check_place(country, region, postal_code)
    basket = _read_basket(cart)
    shipping = get_shipping_map(cart.currency) if _is_sent(basket) else None
    ways = _ways(shipping, address, basket) if shipping is not None else []
    chosen = next(
        (way for way in ways if way.chosen_code == shipping_method), next(iter(ways), None)
    )
    quote = None
    if chosen is not None or shipping is None:
        goal = handed_over_at(chosen.spot, address) if chosen and chosen.spot else address
        buyer = certified(buyer, cart.customer_ref, goal)
        quote = _quote(basket, chosen, goal, cart, buyer, email)
    options = []
    if shipping is not None and quote is not None:
        options = _options(shipping, address, basket, quote)
    shares = _plan_shares(cart, quote, gift_cards, uses_store_credit=uses_store_credit)
    methods, refused = _list_methods(quote, shares)
    paid_by = next((method for method in methods if method.code == payment_method), None)
    paid_by = paid_by or next(iter(methods), None)
    quote = quote.paid_by(paid_by) if quote is not None else None
    return CheckoutOptions(
        options,
        methods,
        chosen.chosen_code if chosen else "",
        quote,
        shipping.countries if shipping is not None else None,
        _needed_fields(address["country"], shipping, chosen),
        paid_by.code if paid_by else "",
        refused,
        shares,
        _refused_shipping(shipping, address, basket),
    )


def _needed_fields(
    country: str, shipping: ShippingMap | None, chosen: ShippingMethod | None
) -> frozenset[str]:
    if chosen is not None and chosen.is_pickup:
        return NEEDED_TO_COLLECT
    return address_format(country).required if shipping else needed_without_parcel(country)


def _plan_shares(
    cart: Cart, quote: Quote | None, codes: Sequence[str], *, uses_store_credit: bool
) -> tuple[Share, ...]:
    shares = plan_shares(
        codes=codes,
        customer_id=UUID(cart.customer_ref) if cart.customer_ref else None,
        uses_store_credit=uses_store_credit,
        total_minor=payable_by_value(quote) if quote else 0,
    )
    return tuple(shares)


def _list_methods(
    quote: Quote | None, shares: Sequence[Share]
) -> tuple[list[OfferedMethod], tuple[RefusedMethod, ...]]:
    """The methods for what gift cards and store credit leave, and those that are not possible."""
    if quote is None:
        return list_payment_methods(), ()
    if shares and sum(share.amount_minor for share in shares) == quote.priced.total_minor:
        return [], ()
    prepaid_minor = sum(share.amount_minor for share in shares)
    return list_methods_for(quote, prepaid_minor), list_refused_for(quote, prepaid_minor)


def _ways(
    shipping: ShippingMap, address: Mapping[str, str], basket: list[BasketLine]
) -> list[ShippingMethod]:
    return shipping.ways(Place.of(address), load_of(basket))


def _refused_shipping(
    shipping: ShippingMap | None, address: Mapping[str, str], basket: list[BasketLine]
) -> tuple[RefusedShipping, ...]:
    if shipping is None:
        return ()
    found = shipping.refused(Place.of(address), load_of(basket))
    return tuple(RefusedShipping(method, reason) for method, reason in found)


def _options(
    shipping: ShippingMap, address: Mapping[str, str], basket: list[BasketLine], quote: Quote
) -> list[ShippingOption]:
    """What each way of shipping costs with the discounts of the chosen one."""
    goods = [line for line in basket if not line.is_voucher]
    worth = sum(map(worth_of, goods)) - quote.applied.discount_minor
    is_known = names_days(address)
    options = shipping.options(
        Place.of(address), from_minor(worth, quote.priced.currency), load_of(basket)
    )
    return [
        replace(
            option,
            expected=quote.estimate_by(option.method, address),
            is_known=bool(option.spot) or is_known,
            amount_minor=0 if quote.applied.is_shipping_free else option.amount_minor,
        )
        for option in options
    ]


def needed_without_parcel(country: str) -> frozenset[str]:
    """The required fields for downloads alone: the buyer's name, and the address as far as the tax depends on it."""
    found = find_country(country) or ""
    return frozenset({"name", "country", *(["region"] if needs_region(found) else [])})


def is_download(cart: Cart) -> bool:
    """Whether nothing of the cart is sent: one document read."""
    offers = read_lines([line.variant_ref for line in cart.lines], cart.currency)
    found = [offers.get(line.variant_ref) for line in cart.lines]
    return bool(found) and all(offer is not None and offer.is_digital for offer in found)


def get_ordered_cart(token: str | None, customer_ref: str | None = None) -> Cart | None:
    """A cart that was ordered: a repeated request gets its order. Without a token, a customer's
    latest ordered cart is meant, if it was ordered a moment ago."""
    if customer_ref:
        recent = Order.objects.filter(
            customer_id=UUID(customer_ref), placed_at__gte=now() - _REPEAT
        )
        cart_ref = recent.order_by("-placed_at").values_list("cart_ref", flat=True).first()
        cart = get_cart_by_ref(cart_ref) if cart_ref else None
    else:
        cart = get_guest_cart(token)
    return cart if cart is not None and cart.status == CartStatus.CLOSED else None


def get_fence(checkout_id: Any) -> CheckoutFence | None:
    """The outcome of that checkout, or None while it is open."""
    return CheckoutFence.objects.filter(pk=checkout_id).first()


def _read_basket(cart: Cart, groups: Groups | None = None) -> list[BasketLine]:
    """At the prices of the cart's buyer, unless it is for other `groups`."""
    if cart.is_empty:
        raise CartEmpty
    offers = read_lines([line.variant_ref for line in cart.lines], cart.currency)
    missing = [
        {"sku": line.sku, "title": line.title}
        for line in cart.lines
        if not _is_saleable(offers.get(line.variant_ref), line.gift)
    ]
    if missing:
        names = {"names": ", ".join(item["title"] for item in missing)}
        raise ItemsUnavailable(gettext("No longer available: %(names)s.") % names, items=missing)
    if not cart.draft_ref:  # staff's offer holds as it was sent
        for line in cart.lines:
            offer = offers[line.variant_ref]
            offer.quantity_rule.require(line.quantity, title=offer.full_title, sku=offer.sku)
    if groups is None:
        groups = price_groups_of(cart.customer_ref)
    return [
        BasketLine(
            at_gift_amount(offers[line.variant_ref].for_buyer(line.quantity, groups), line.gift),
            line.quantity,
            gift=line.gift,
        )
        for line in cart.lines
    ]


def _is_saleable(offer: SaleableLine | None, gift: Mapping[str, Any] | None) -> bool:
    if offer is None or not offer.is_saleable or offer.unit_price_minor is None:
        return False
    return is_amount_offered(gift, offer)


def _is_sent(basket: list[BasketLine]) -> bool:
    return any(not line.item.is_digital for line in basket)


def _quote(
    basket: list[BasketLine],
    method: ShippingMethod | None,
    address: Mapping[str, Any],
    cart: Cart,
    buyer: TaxBuyer,
    email: str,
    names: Sequence[NamedDiscount] = (),
) -> Quote:
    country, region = str(address.get("country", "")), str(address.get("region", ""))
    taxes = get_tax_rules_for(country, region, buyer=buyer)
    shopper = shopper_of(cart, email=email, country=country)
    lines, applied = discount_basket(basket, cart, method, shopper)
    priced = price_order(
        lines=lines,
        shipping_method=method,
        address=address,
        currency=cart.currency,
        taxes=taxes,
        discounts=[*applied.named, *names],
    )
    return Quote(
        priced=priced,
        shipping_method=method,
        lacks_origin=taxes.lacks_origin,
        basket=tuple(lines),
        address=address,
        taxes=taxes,
        applied=applied,
        shopper=shopper,
    )


def _check_place(country: str, region: str, postal_code: str) -> dict[str, str]:
    code = find_country(country) or ""
    if country and not code:
        raise InvalidDetails(
            fields={"country": [gettext("This is not a country. Write its code, such as IN.")]}
        )
    kept, problem = check_region(code, region)
    if problem:
        raise InvalidDetails(fields={"region": [problem]})
    known = known_postal_code(code, postal_code, kept)
    return {"country": code, "region": kept, "postal_code": known}


def _find_method(
    code: str, address: Mapping[str, Any], basket: list[BasketLine], currency: str
) -> ShippingMethod:
    try:
        return get_shipping_method(
            code, place=Place.of(address), load=load_of(basket), currency=currency
        )
    except CountryNotServed as error:
        where = {"shipping_address.country": [str(error)]}
        raise ShippingUnavailable(str(error), fields=where) from None
    except ShippingMethodNotFound:
        raise ShippingUnavailable(
            fields={"shipping_method": [gettext("This is not offered for your address.")]}
        ) from None
