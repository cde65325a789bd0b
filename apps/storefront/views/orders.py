"""The page of one order: confirmation right after buying, tracking from then on."""

from collections import Counter
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.carts import services as carts
from apps.carts.documents import Cart
from apps.catalog.selectors import full_title
from apps.common.web import normalize_email
from apps.fulfilment import services as fulfilment
from apps.fulfilment.selectors import get_shipment
from apps.fulfilment.states import ShipmentState
from apps.giftcards import services as giftcards
from apps.giftcards.selectors import get_sold
from apps.invoices.answers import document_answer
from apps.invoices.selectors import get_document_of
from apps.orders import services as orders
from apps.orders.models import Order
from apps.orders.selectors import get_order_by_access_token
from apps.payments import services as payments
from apps.payments.selectors import can_ask_again, can_pay_now, get_payment_of
from apps.pictures.private import private_picture_answer
from apps.storefront.answers import attempt
from apps.storefront.cookies import write_cart_cookies
from apps.storefront.leaving import with_way_out
from apps.storefront.order_page import order_context
from apps.storefront.visitor import visitor_of
from apps.tenancy.context import system_scope


@never_cache
@require_safe
def order(request: HttpRequest, access_token: str) -> HttpResponse:
    """The link grants access to the order: its token is random and valid in this store only."""
    found = get_order_by_access_token(access_token)
    user = visitor_of(request).user
    context = {
        **order_context(found),
        "token": access_token,
        "may_open_account": found.customer_id is None and user is None,
        "may_keep": found.customer_id is None and user is not None and _is_of(found, user.email),
    }
    page = render(request, "storefront/order.html", context)
    return with_way_out(request, page, context["pays_through"])


@never_cache
@require_safe
def document(request: HttpRequest, access_token: str, document_id: UUID) -> HttpResponse:
    """The PDF file of the order's invoice or of a credit note, for the holder of the order's link."""
    found = get_order_by_access_token(access_token)
    return document_answer(get_document_of(order=found, document_id=document_id))


@never_cache
@require_safe
def proof(request: HttpRequest, access_token: str, shipment_id: UUID) -> HttpResponse:
    """The photo of a delivery, for the holder of the order's link."""
    found = get_order_by_access_token(access_token)
    shipment = get_shipment(order=found, shipment_id=shipment_id)
    if not shipment.proof_photo or shipment.state != ShipmentState.DELIVERED:
        raise Http404
    return private_picture_answer(shipment.proof_photo)


@require_POST
def pay(request: HttpRequest, access_token: str) -> HttpResponse:
    """Open the payment again, for a buyer whose payment failed or who closed the page.

    The order's page shows whether it is paid or can't be paid any more.
    """
    found = get_order_by_access_token(access_token)
    payment = get_payment_of(found)
    if payment is not None and can_ask_again(found, payment):
        opened, problem = attempt(lambda: payments.pay_again(payment=payment))
        if opened is not None and opened.next_url:
            return redirect(opened.next_url)
        if can_pay_now(found, payment):
            messages.error(request, problem)
    return redirect("storefront:order", access_token=access_token)


@require_POST
def confirm(request: HttpRequest, access_token: str) -> HttpResponse:
    """Confirm an order that is paid on delivery, by the code that was sent, or have another code sent."""
    found = get_order_by_access_token(access_token)
    if "again" in request.POST:
        _, problem = attempt(lambda: fulfilment.request_code(order=found))
        said = gettext("Another code is on its way to you.")
    else:
        code, actor = request.POST.get("code", ""), visitor_of(request).actor
        _, problem = attempt(
            lambda: fulfilment.confirm_with_code(order=found, code=code, actor=actor)
        )
        said = gettext("Thank you, your order is confirmed.")
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, said)
    return redirect("storefront:order", access_token=access_token)


@require_POST
def gift_card(request: HttpRequest, access_token: str, card_id: UUID) -> HttpResponse:
    """Send a gift card of the order again, to the address it was sent to."""
    found = get_order_by_access_token(access_token)
    card, actor = get_sold(found, card_id), visitor_of(request).actor

    def send() -> None:
        with system_scope("gift_card"):
            giftcards.resend_card(card=card, actor=actor)

    _, problem = attempt(send)
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, gettext("The gift card is on its way again."))
    return redirect("storefront:order", access_token=access_token)


@require_POST
def again(request: HttpRequest, access_token: str) -> HttpResponse:
    """Fill the visitor's cart with the available products of this order."""
    found, visitor = get_order_by_access_token(access_token), visitor_of(request)
    lines = [line for line in found.lines.all() if not (line.is_fee or line.is_gift_card)]
    wanted = Counter[str]()
    for line in lines:  # pieces that were taken off are not wanted again
        wanted[line.variant_ref] += line.quantity - line.cancelled_quantity
    wanted = +wanted
    cart, problem = attempt(lambda: carts.refill(cart=visitor.cart(), wanted=wanted))
    if cart is None:
        messages.error(request, problem)
        return redirect("storefront:cart")
    names = {line.variant_ref: full_title(line.title, line.variant_title) for line in lines}
    if short := _missing(cart, wanted, names):
        messages.warning(
            request,
            gettext("Not everything can be had any more: %(value)s.") % {"value": ", ".join(short)},
        )
    response = redirect("storefront:cart")
    token = cart.token if visitor.user is None else None
    write_cart_cookies(response, token=token, count=cart.count)
    return response


@require_POST
def keep(request: HttpRequest, access_token: str) -> HttpResponse:
    """Add an order that a customer placed as a guest to their account."""
    found, user = get_order_by_access_token(access_token), visitor_of(request).user
    if user is not None and orders.add_to_account(
        order=found, customer_id=user.pk, email=user.email
    ):
        messages.success(request, gettext("The order is in your account now."))
        return redirect("storefront:account_order", number=found.number)
    return redirect("storefront:order", access_token=access_token)


def _missing(cart: Cart, wanted: Counter[str], names: dict[str, str]) -> list[str]:
    there = {line.variant_ref: line.quantity for line in cart.lines}
    return [names[ref] for ref, pieces in wanted.items() if there.get(ref, 0) < pieces]


def _is_of(order: Order, email: str) -> bool:
    return normalize_email(order.email) == normalize_email(email)
