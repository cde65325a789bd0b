"""Turns a cart into an order: `place_order`, and below it its steps in their order."""

import time
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.utils.translation import gettext

from apps.carts import services as carts
from apps.carts.documents import Cart
from apps.carts.errors import CartAlreadyClaimed
from apps.carts.selectors import get_cart_for_checkout
from apps.checkout.buyers import certified, identify_buyer
from apps.checkout.details import CheckoutDetails, check_details
from apps.checkout.drafts import take_draft
from apps.checkout.errors import (
    CheckoutAbandoned,
    CheckoutInProgress,
    InvalidDetails,
    PriceChanged,
    StoreNotReady,
)
from apps.checkout.models import CheckoutFence
from apps.checkout.paying import Paying, plan_payment
from apps.checkout.pickup import NEEDED_TO_COLLECT, collected, find_spot, without_address
from apps.checkout.quotes import Quote
from apps.checkout.selectors import (
    is_download,
    needed_without_parcel,
    quote_cart,
)
from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.errors import DomainError
from apps.common.money import format_money, from_minor
from apps.discounts import services as discounts
from apps.discounts.errors import DiscountGone, DiscountsChanged
from apps.events import services as events
from apps.gateways.errors import GatewayRefused, GatewayUnavailable
from apps.inventory import services as inventory
from apps.inventory.errors import OutOfStock
from apps.inventory.queue import Provision
from apps.orders import services as orders
from apps.orders.models import Order
from apps.orders.states import OrderPaymentState
from apps.payments import services as payments
from apps.payments.models import Payment
from apps.payments.selectors import OfferedMethod, can_pay_now, get_payment_of
from apps.payments.ways import Confirmation
from apps.platform.services import ensure_wake_up
from apps.tenancy.context import current_store, system_scope
from apps.tenancy.errors import StorePaused
from apps.tenancy.inserting import collected_inserts, insert_values
from apps.tenancy.page_versions import asking_once
from apps.tenancy.retrying import repeated_on_deadlock

_POLL_SECONDS = 0.05
_ATTEMPTS = 3


@dataclass(frozen=True)
class PlacedOrder:
    """`next_url` is where the buyer pays, or "" when there is nothing to pay now. `payment` is that of the rest, which gift
    cards and store credit don't pay; None where nothing is left."""

    order: Order
    payment: Payment | None
    next_url: str


def place_order(
    *, cart: Cart, details: CheckoutDetails, actor: Actor, idempotency_key: str = ""
) -> PlacedOrder:
    """Turn the cart into an order. Idempotent: a repeated or concurrent call for the same cart returns the same order.

    An error reopens the cart. After a crash at any line the sweep finishes or undoes the order: see `recovering`.
    Runs in a system scope: row security would hide a guest's order until its access token exists. `actor` is recorded
    in the order's history.
    """
    checked = check_of_cart(cart, details)
    tax_buyer = identify_buyer(checked.tax_buyer.number, country=checked.country)
    if not cart.draft_ref:  # a draft has the total that was sent
        tax_buyer = certified(tax_buyer, cart.customer_ref, checked.shipping_address)
    checked = replace(checked, tax_buyer=tax_buyer)
    _note_wake_up()
    with system_scope("checkout"):
        try:
            claim = carts.claim_cart(cart=cart)
        except CartAlreadyClaimed as claimed:
            return _wait_for_order(claimed.checkout_id)
        try:
            quote, paying = _agree(cart, checked)
            order, payment = _write(
                claim.checkout_id, cart, quote, paying, checked, actor, idempotency_key
            )
        except DiscountGone as gone:
            carts.reopen_cart(checkout_id=claim.checkout_id)
            fresh = _quote(cart, checked)
            paid_by = plan_payment(
                cart, fresh, replace(checked, expected_prepaid_minor=None)
            ).method
            raise _discounts_changed(fresh.paid_by(paid_by)) from gone
        except DomainError:
            carts.reopen_cart(checkout_id=claim.checkout_id)
            raise
        next_url = _open_at_gateway(payment) if payment is not None else ""
    carts.close_claimed(claim=claim)
    return PlacedOrder(order, payment, next_url)


def check_of_cart(cart: Cart, details: CheckoutDetails) -> CheckoutDetails:
    """The fields of a parcel are checked first, because they are sufficient for a download, too. Who collects an order types
    no address."""
    if (spot := find_spot(details.shipping_method)) is not None:
        who = check_details(without_address(details), needed=NEEDED_TO_COLLECT)
        return collected(who, spot)
    try:
        return check_details(details)
    except InvalidDetails:
        if not is_download(cart):
            raise
    needed = needed_without_parcel(details.country)
    return check_details(details, needed=needed)


def _note_wake_up() -> None:
    """Schedule a sweep of this store for the time at which a crashed checkout counts as stalled."""
    delay = timedelta(seconds=settings.CHECKOUT_STALLED_SECONDS + 2)
    ensure_wake_up(store_id=current_store().id, after=delay)


def _wait_for_order(checkout_id: UUID | None) -> PlacedOrder:
    """Another request is ordering this cart: wait briefly for its order and return it."""
    give_up_at = time.monotonic() + settings.CHECKOUT_WAIT_SECONDS
    while checkout_id is not None:
        order = Order.objects.filter(pk=checkout_id).first()
        if order is not None:
            payment = _rest_of(order)
            is_open = payment is not None and can_pay_now(order, payment)
            next_url = _open_at_gateway(payment) if payment is not None and is_open else ""
            return PlacedOrder(order, payment, next_url)
        if time.monotonic() > give_up_at or get_cart_for_checkout(checkout_id) is None:
            break
        time.sleep(_POLL_SECONDS)
    raise CheckoutInProgress(retry_after=1)


def _agree(cart: Cart, details: CheckoutDetails) -> tuple[Quote, Paying]:
    """What the order costs and how it is paid, if that is what the buyer agreed to. Writes nothing."""
    with asking_once():
        quote = _quote(cart, details)
        if quote.lacks_origin:
            raise StoreNotReady
        paying = plan_payment(cart, quote, details)
        _require_phone(paying.method, details)
        quote = quote.paid_by(paying.method)
        _require_agreed_total(cart, quote, details)
    return quote, paying


def _quote(cart: Cart, details: CheckoutDetails) -> Quote:
    return quote_cart(
        cart,
        address=details.shipping_address,
        shipping_method=details.shipping_method,
        buyer=details.tax_buyer,
        email=details.email,
    )


def _rest_of(order: Order) -> Payment | None:
    """The payment that is no gift card's."""
    payment = get_payment_of(order)
    return None if payment is not None and payment.is_stored_value else payment


def _require_agreed_total(cart: Cart, quote: Quote, details: CheckoutDetails) -> None:
    """A code that does not apply is fine only where the buyer was shown this very total, and with it the reason."""
    expected = details.expected_total_minor
    if quote.applied.refused and expected != quote.priced.total_minor:
        raise _discounts_changed(quote)
    if expected is not None and expected != quote.priced.total_minor:
        raise _price_changed(cart, quote)


def _price_changed(cart: Cart, quote: Quote) -> PriceChanged:
    """With what has changed, line by line."""
    currency, language = cart.currency, current_store().language
    changed = quote.changes_since({line.variant_ref: line.unit_price_minor for line in cart.lines})
    words = gettext("%(title)s: %(old)s before, %(new)s now.")
    sentences = [
        words
        % {
            "title": each.title,
            "old": format_money(from_minor(each.old_minor, currency), language),
            "new": format_money(from_minor(each.new_minor, currency), language),
        }
        for each in changed
    ]
    return PriceChanged(
        " ".join([str(PriceChanged.title), *sentences]),
        summary=quote.summary(),
        lines=[each.as_json(currency) for each in changed],
    )


def _discounts_changed(quote: Quote) -> DiscountsChanged:
    """With the reason of each code, and the new total in words and numbers."""
    reasons = [f"{each.code}: {each.refusal.text}" for each in quote.applied.refused]
    total = from_minor(quote.priced.total_minor, quote.priced.currency)
    words = gettext("The new total is %(total)s.") % {
        "total": format_money(total, current_store().language)
    }
    sentence = " ".join([*(reasons or [str(DiscountsChanged.title)]), words])
    return DiscountsChanged(sentence, summary=quote.summary())


@repeated_on_deadlock
def _write(
    checkout_id: UUID,
    cart: Cart,
    quote: Quote,
    paying: Paying,
    details: CheckoutDetails,
    actor: Actor,
    request_key: str,
) -> tuple[Order, Payment | None]:
    """Write the whole order in one transaction. The fence is inserted first: a second attempt fails on its key.

    Any other duplicate key can only be the order's random number, so the transaction is retried with a new one.
    """
    for attempt in range(_ATTEMPTS):
        try:
            with events.transaction_with_wake_up(is_noted=True), collected_inserts():
                _insert_fence(checkout_id, request_key)
                provision = _hold_stock(checkout_id, quote, paying.method, details, actor)
                order = _write_order(
                    checkout_id, cart, quote, paying.method, details, actor, provision
                )
                take_draft(cart, order.pk)
                discounts.redeem(
                    order_ref=order.pk,
                    applied=quote.applied,
                    currency=order.currency,
                    shopper=quote.shopper,
                )
                _emit_placed(order, cart)
                payment = _ask_for_money(order, paying, actor)
            break
        except IntegrityError as error:
            if CheckoutFence.objects.filter(pk=checkout_id).exists():
                raise CheckoutAbandoned from error
            if attempt == _ATTEMPTS - 1:
                raise
    return order, payment


def _insert_fence(checkout_id: UUID, request_key: str) -> None:
    fence = {
        "id": checkout_id,
        "outcome": CheckoutFence.Outcome.PLACED.value,
        "request_key": request_key[:255],
    }
    insert_values(CheckoutFence, [fence])


def _write_order(
    checkout_id: UUID,
    cart: Cart,
    quote: Quote,
    method: OfferedMethod | None,
    details: CheckoutDetails,
    actor: Actor,
    provision: Provision,
) -> Order:
    return orders.create_order(
        checkout_id=checkout_id,
        cart_ref=str(cart.pk),
        priced=quote.priced,
        buyer=orders.Buyer(
            email=details.email,
            phone=details.phone,
            customer_id=UUID(cart.customer_ref) if cart.customer_ref else None,
            company=details.company,
            tax_number=details.tax_buyer.number.text,
            tax_evidence=details.tax_buyer.evidence,
        ),
        shipping_address=details.shipping_address,
        billing_address=details.billing_address or details.shipping_address,
        shipping_method=quote.shipping_method,
        expected=quote.expected(provision),
        language=details.language,
        payment_state=_first_state(method),
        confirmation=_confirmation_of(method),
        note=details.note,
        awaited=provision.awaited,
        actor=actor,
    )


def _first_state(method: OfferedMethod | None) -> OrderPaymentState:
    if method is None:
        return OrderPaymentState.UNPAID  # until `settle_free_order`, in the same transaction
    return OrderPaymentState.CASH_DUE if method.pays_on_delivery else OrderPaymentState.PENDING


def _require_phone(method: OfferedMethod | None, details: CheckoutDetails) -> None:
    """Staff can't call a buyer without a number."""
    rules = method.cash if method is not None else None
    if rules is not None and rules.confirmation == Confirmation.CALL and not details.phone:
        sentence = gettext("We call you to confirm the order. Please enter your phone number.")
        raise InvalidDetails(fields={"shipping_address.phone": [sentence]})


def _confirmation_of(method: OfferedMethod | None) -> orders.Confirmation | None:
    """What an order that is paid at the door waits for, and until when."""
    if method is None or method.cash is None or not method.cash.confirmation:
        return None
    return orders.Confirmation(method.cash.confirmation, now() + method.cash.time_to_confirm)


def _ask_for_money(order: Order, paying: Paying, actor: Actor) -> Payment | None:
    """Take what cards and credit pay, and create the payment of the rest. An order without an amount to pay is settled."""
    method = paying.method
    if paying.shares:
        payments.prepay(order=order, shares=paying.shares, actor=actor)
        if method is None:
            return None
    if method is None:
        payments.settle_free_order(order=order)
        return None
    return payments.create_payment(
        order=order,
        gateway_code=method.code,
        expires_at=order.placed_at + method.time_to_pay,
        # A gift card is sent once the money is there.
        is_captured_later=method.is_captured_later
        and order.needs_shipping
        and not order.voucher_minor,
        amount_minor=order.total_minor - paying.prepaid_minor,
    )


def _hold_stock(
    order_ref: UUID,
    quote: Quote,
    method: OfferedMethod | None,
    details: CheckoutDetails,
    actor: Actor,
) -> Provision:
    """Reserve what has to be sent; an order that counts at once (paid at the door, or nothing is left to pay) has its
    stock allocated. Before the order is written: its lines say which pieces are awaited."""
    demand = quote.demand()
    if not demand:
        return Provision()
    try:
        return inventory.reserve_stock(
            order_ref=order_ref,
            demand=demand,
            address=details.shipping_address,
            counts_now=method is None or method.pays_on_delivery,
            actor=actor,
        )
    except OutOfStock as short:
        raise short.called(skus=quote.skus(), names=quote.names()) from short


def _emit_placed(order: Order, cart: Cart) -> None:
    events.emit(
        topic="order.placed",
        key=str(order.pk),
        payload={
            "order_id": str(order.pk),
            "checkout_id": str(order.pk),
            "cart_id": str(cart.pk),
            "number": order.number,
            "total_minor": order.total_minor,
            "currency": order.currency,
        },
    )


def _open_at_gateway(payment: Payment) -> str:
    """Where the buyer pays. If the gateway does not answer or refuses, or the store is paused after the order was
    written, only the payment link is missing: the order's page offers it again, and says why it is refused."""
    try:
        opened = payments.open_at_gateway(payment=payment)
    except (GatewayUnavailable, GatewayRefused, StorePaused):
        return ""
    return opened.next_url
