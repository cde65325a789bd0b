"""The checkout page: one form, one POST, one order however often it is sent."""

from collections.abc import Collection
from contextlib import nullcontext
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from apps.accounts import services as accounts
from apps.accounts.models import Address
from apps.accounts.selectors import list_addresses_for
from apps.carts import services as carts
from apps.carts.documents import Cart
from apps.carts.errors import CartEmpty
from apps.carts.rules import get_cart_settings
from apps.carts.selectors import present_cart
from apps.checkout.selectors import CheckoutOptions, list_checkout_options
from apps.checkout.services import ask_for_reminders, place_order
from apps.common.api.throttles import client_address, is_within_rate
from apps.common.errors import DomainError
from apps.common.form_errors import show_error
from apps.common.ids import random_token
from apps.common.web import normalize_email
from apps.events.services import StoredAnswer, make_fingerprint
from apps.giftcards.attempts import counted_codes
from apps.giftcards.codes import hash_code
from apps.giftcards.selectors import get_credit_of
from apps.inventory.errors import OutOfStock
from apps.notifications.selectors import asks_twice
from apps.storefront.answers import answer_once, attempt
from apps.storefront.cart_sums import change_codes
from apps.storefront.cookies import forget_cart, write_cart_cookies
from apps.storefront.forms.cart import CodeForm
from apps.storefront.forms.checkout import CheckoutForm
from apps.storefront.leaving import with_way_out
from apps.storefront.visitor import Visitor, visitor_of
from apps.tenancy.context import current_store

# Buttons that change what the page shows and order nothing.
_UPDATES = frozenset(["update", "fit", "remove", "use"])


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    visitor = visitor_of(request)
    saved = list_addresses_for(visitor.user) if visitor.user else []
    store, problem = current_store(), None
    if request.method == "POST":
        form = CheckoutForm(request.POST, saved=saved, language=store.language)
        _note_reader(request, visitor, form)
        problem = _change_codes(request, visitor)
        if "fit" in request.POST:
            _keep_what_is_left(visitor)
        elif (
            problem is None
            and "update" not in request.POST
            and not form.has_new_card
            and form.is_valid()
        ):
            try:
                return _place(request, visitor, form)
            except DomainError as error:
                show_error(form, error)
                form.can_fit = isinstance(error, OutOfStock)
        form.look_at_gift_cards(client_address(request))
    else:
        form = _empty_form(visitor, saved, store.country)
    return _show(request, visitor, form, problem or "")


def _note_reader(request: HttpRequest, visitor: Visitor, form: CheckoutForm) -> None:
    """Who ticks the box is reminded at the address that was typed, also where the rest of the form is not complete yet.

    An address that the cart has already is not counted. Too many others are left out without a word: the order goes on.
    """
    cart = visitor.find_cart() if form["reminds"].value() and get_cart_settings().reminds else None
    if cart is None:
        return
    email, words = str(form["email"].value() or ""), str(form.fields["reminds"].label)
    if normalize_email(email) == cart.contact or _is_counted(request, email):
        attempt(lambda: ask_for_reminders(cart=cart, email=email, words=words))


def _is_counted(request: HttpRequest, email: str) -> bool:
    by_visitor = is_within_rate("reminders", request)
    ident = f"reader {normalize_email(email)}"
    return is_within_rate("reminders_to", request, ident=ident) and by_visitor


def _change_codes(request: HttpRequest, visitor: Visitor) -> str | None:
    """Use the code that was typed, with whatever button it was sent, or take one out: the total is another one then, so
    nothing is ordered. The sentence to show, None where there was no code."""
    if not (request.POST.get("code", "").strip() or "remove" in request.POST):
        return None
    cart = visitor.find_cart()
    if cart is None:
        return None
    _changed, problem = attempt(lambda: change_codes(request, cart, CodeForm(request.POST)))
    return problem


def _keep_what_is_left(visitor: Visitor) -> None:
    cart = visitor.find_cart()
    if cart is not None:
        attempt(lambda: carts.take_what_is_left(cart=cart))


def _empty_form(visitor: Visitor, saved: list[Address], country: str) -> CheckoutForm:
    store = current_store()
    initial = {
        "email": visitor.user.email if visitor.user else "",
        "shipping_address-country": country,
        "billing_address-country": store.country,
    }
    return CheckoutForm(saved=saved, language=store.language, initial=initial)


def _place(request: HttpRequest, visitor: Visitor, form: CheckoutForm) -> HttpResponse:
    """Place the order, or answer as the first time when this very form was sent before."""
    whose = visitor.customer_ref or visitor.token or ""
    answer = answer_once(
        scope=f"storefront.checkout:{whose}",
        key=form.cleaned_data["key"] or random_token(),
        fingerprint=make_fingerprint(
            *(f"{k}={v}" for k, v in sorted(form.cleaned_data.items())), *form.gift_cards
        ),
        call=lambda: _call(request, visitor, form),
    )
    keep = form.address_to_keep()
    user = visitor.user
    if user is not None and keep is not None and not answer.replayed:
        attempt(lambda: accounts.save_address(user=user, values=keep))
    chosen = form.chosen
    if user is not None and chosen is not None and not answer.replayed:
        attempt(lambda: accounts.note_company(user=user, address=chosen, billed=form.billed()))
    response = redirect(answer.body["next"])
    if answer.body.get("keeps") and user is None:
        write_cart_cookies(response, token=visitor.token, count=0)  # it leads to what was saved
    else:
        forget_cart(response)
    return response


def _call(request: HttpRequest, visitor: Visitor, form: CheckoutForm) -> StoredAnswer:
    cart = visitor.find_cart()
    if cart is None:
        raise CartEmpty
    with counted_codes(client_address(request)) if form.gift_cards else nullcontext():
        placed = place_order(
            cart=cart,
            details=form.details(current_store().language),
            actor=visitor.actor,
            idempotency_key=form.cleaned_data["key"],
        )
    order_page = reverse("storefront:order", args=[placed.order.access_token])
    keeps = bool(cart.saved_lines)
    return StoredAnswer(201, {"next": placed.next_url or order_page, "keeps": keeps})


def _show(
    request: HttpRequest, visitor: Visitor, form: CheckoutForm, code_problem: str = ""
) -> HttpResponse:
    cart = visitor.find_cart()
    if cart is None or not cart.is_open or cart.is_empty:
        return redirect("storefront:cart")
    options, problem = attempt(lambda: _options(cart, form))
    if options is None:
        messages.error(request, problem)
        return redirect("storefront:cart")
    if not form.is_bound and form.chosen is None and _is_elsewhere(form, options):
        return _show(request, visitor, _empty_form(visitor, [], _only_one(options.countries)))
    form.offer_countries(options.countries)
    if options.is_download or options.is_pickup:
        form.ask_only(options.needed_fields)
    lines = present_cart(cart).lines  # one statement; the order looks again
    context: dict[str, Any] = {
        "form": form,
        "options": options,
        "priced": options.quote.priced if options.quote else None,
        "applied": options.quote.applied if options.quote else None,
        "cart_codes": cart.coupon_codes,
        "code_problem": code_problem,
        "typed_code": request.POST.get("code", "") if code_problem else "",
        "method": options.paid_by,
        # After a refusal, the repeated form is a new request.
        "key": random_token(),
        "has_fees": any(method.fee_minor for method in options.payment_methods),
        "user": visitor.user,
        "count": cart.count,
        "short": [line for line in lines if not line.is_orderable],
        "awaited": {line.variant_ref: line.waiting for line in lines if line.waiting},
        "can_remind": get_cart_settings().reminds,
        "asks_by_mail": get_cart_settings().reminds and asks_twice(),
        **_prepaid(visitor, form, options),
    }
    is_refused = form.is_bound and form.errors and not _UPDATES & request.POST.keys()
    status = 422 if is_refused else 200
    page = render(request, "storefront/checkout.html", context, status=status)
    return with_way_out(request, page, [method.code for method in options.payment_methods])


def _prepaid(visitor: Visitor, form: CheckoutForm, options: CheckoutOptions) -> dict[str, Any]:
    """The gift cards with their codes, so that the form sends them again; and the customer's credit."""
    credit = get_credit_of(visitor.user.pk) if visitor.user else None
    by_hash = {getattr(share.account, "code_hash", ""): share for share in options.shares}
    return {
        "currency": current_store().currency,
        "gift_shares": [
            {
                "code": code,
                "last_four": code[-4:],
                "amount_minor": share.amount_minor if share else 0,
                "left_minor": share.left_minor if share else 0,
            }
            for code in form.gift_cards
            for share in [by_hash.get(hash_code(code))]
        ],
        "credit": credit if credit is not None and credit.balance_minor else None,
        "uses_store_credit": form.uses_credit,
    }


def _options(cart: Cart, form: CheckoutForm) -> CheckoutOptions:
    country, region = form.place
    if not form.is_bound and form.chosen is not None:
        country, region = form.chosen.country, form.chosen.region
    return list_checkout_options(
        cart,
        country=country,
        region=region,
        postal_code=form.postal_code,
        shipping_method=str(form["shipping_method"].value() or ""),
        payment_method=str(form["payment_method"].value() or ""),
        gift_cards=form.gift_cards,
        uses_store_credit=form.uses_credit,
        buyer=form.tax_buyer(),
        email=normalize_email(form["email"].value() or ""),
    )


def _is_elsewhere(form: CheckoutForm, options: CheckoutOptions) -> bool:
    """Whether the form begins with the store's country, and the store does not deliver there."""
    country, _region = form.place
    return bool(options.countries and country) and country not in (options.countries or ())


def _only_one(countries: Collection[str] | None) -> str:
    """The country a form begins with; "" where there is something to choose."""
    return next(iter(countries)) if countries and len(countries) == 1 else ""
