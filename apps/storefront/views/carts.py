"""The cart: a page that works by itself, and the same as a drawer for scripts (`X-Part: drawer`)."""

from dataclasses import dataclass
from typing import Any

from babel.dates import format_date
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from apps.carts import services as carts
from apps.carts.documents import Cart
from apps.carts.errors import NotEnoughStock
from apps.carts.notices import words_of
from apps.carts.rules import days_of
from apps.carts.selectors import CartView
from apps.carts.services import MergeChoice
from apps.carts.sharing import pieces_of
from apps.catalog.quantities import QuantityNotAllowed
from apps.catalog.selectors import read_shown_lines
from apps.common.form_errors import show_error
from apps.common.money import Money, from_minor
from apps.orders.selectors import get_order
from apps.storefront.answers import attempt, attempt_or_refusal
from apps.storefront.cart_sums import CartSums, change_codes, sums_of
from apps.storefront.cookies import write_cart_cookies
from apps.storefront.forms.cart import AddForm, ChangeForm, CodeForm, GiftForm
from apps.storefront.languages import current_locale
from apps.storefront.selectors import get_delivery
from apps.storefront.taxes import taxes_in_cart
from apps.storefront.templatetags.storefront import error_list
from apps.storefront.visitor import Visitor, view_of, visitor_of
from apps.tenancy.context import current_store, system_scope


@dataclass(frozen=True)
class Left:
    """The form that accepts the available quantity: `quantity` more pieces, or the total of a line."""

    url: str
    quantity: int
    variant: str

    @classmethod
    def of(cls, refusal: Exception | None, *, url: str, variant: str = "") -> "Left | None":
        """None for another refusal, or if nothing is left."""
        if isinstance(refusal, QuantityNotAllowed):
            near = [each for each in refusal.details["nearest"] if each]
            in_cart = refusal.details.get("in_cart", 0) if variant else 0
            quantity = max((each - in_cart for each in near), default=0)
            return cls(url, quantity, variant) if quantity > 0 else None
        if not isinstance(refusal, NotEnoughStock):
            return None
        quantity = refusal.to_be_had if variant else refusal.available
        return cls(url, quantity, variant) if quantity > 0 else None


_PARTS = {"drawer": "storefront/parts/cart_drawer.html", "page": "storefront/parts/cart_body.html"}


@require_safe
def cart(request: HttpRequest) -> HttpResponse:
    visitor = visitor_of(request)
    return _show(request, visitor, visitor.find_cart())


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Put a variant into the cart. A guest's first one makes the cart and its cookie."""
    form, visitor = AddForm(request.POST), visitor_of(request)
    is_valid = form.is_valid()
    if "gift" in request.POST and "variant" not in form.errors:
        return _add_gift_card(request, visitor, form)
    if not is_valid:
        return after(request, visitor, None, gettext("Please choose what you want and how many."))
    wanted = form.cleaned_data
    variant = str(wanted["variant"])
    changed, refusal = attempt_or_refusal(
        lambda: carts.add_item(
            cart=visitor.cart(), variant_ref=variant, quantity=wanted["quantity"]
        )
    )
    left = Left.of(refusal, url=reverse("storefront:cart_add"), variant=variant)
    back = wanted["back"]
    if back and left:  # its form is ready to take what is left
        back += f"?variant={variant}&quantity={left.quantity}"
    return after(request, visitor, changed, str(refusal or ""), back=back, left=left, is_added=True)


def _add_gift_card(request: HttpRequest, visitor: Visitor, asked: AddForm) -> HttpResponse:
    """With the details of its form; what is wrong is on a page of its own, with everything that was typed."""
    variant = str(asked.cleaned_data["variant"])
    item = read_shown_lines([variant], current_store().currency).get(variant)
    form = GiftForm(request.POST, own_amounts=item.own_amounts if item else None)
    changed: Cart | None = None
    if form.is_valid() and asked.is_valid():
        details, quantity = form.details(), asked.cleaned_data["quantity"]
        changed, refusal = attempt_or_refusal(
            lambda: carts.add_item(
                cart=visitor.cart(), variant_ref=variant, quantity=quantity, gift=details
            )
        )
        if refusal is not None:
            show_error(form, refusal)
    if changed is not None:
        return after(request, visitor, changed, "", is_added=True)
    if "X-Part" in request.headers:
        wrong = [*error_list(asked), *error_list(form)]
        problem = " ".join(f"{line['label']}: {line['error']}" for line in wrong)
        return after(request, visitor, None, problem or " ".join(map(str, form.non_field_errors())))
    context = {"form": form, "item": item, "asked": asked}
    answer = render(request, "storefront/gift_card_details.html", context, status=422)
    add_never_cache_headers(answer)
    return answer


@require_POST
def update(request: HttpRequest, line: str) -> HttpResponse:
    """Change how many of a line, or take it out."""
    quantity, visitor = ChangeForm(request.POST).quantity_wanted(), visitor_of(request)
    current = visitor.find_cart()
    if quantity is None or current is None:
        return after(
            request, visitor, None, gettext("Please say how many you want, from 0 to 999.")
        )
    changed, refusal = attempt_or_refusal(lambda: _change(current, line, quantity))
    left = Left.of(refusal, url=reverse("storefront:cart_update", args=[line]))
    return after(request, visitor, changed, str(refusal or ""), left=left)


@require_POST
def code(request: HttpRequest) -> HttpResponse:
    """Use a coupon code, or take one out."""
    visitor, form = visitor_of(request), CodeForm(request.POST)
    current = visitor.find_cart()
    if current is None:
        return redirect("storefront:cart")
    changed, problem = attempt(lambda: change_codes(request, current, form))
    return after(request, visitor, changed, problem)


@require_POST
def fit(request: HttpRequest) -> HttpResponse:
    """Reduce the cart to what is available now."""
    visitor = visitor_of(request)
    current = visitor.find_cart()
    if current is None:
        return redirect("storefront:cart")
    changed, problem = attempt(lambda: carts.take_what_is_left(cart=current))
    return after(request, visitor, changed, problem)


def _change(current: Cart, line: str, quantity: int) -> Cart:
    if quantity == 0:
        return carts.remove_item(cart=current, line_id=line)
    return carts.set_quantity(cart=current, line_id=line, quantity=quantity)


def after(
    request: HttpRequest,
    visitor: Visitor,
    changed: Cart | None,
    problem: str,
    *,
    back: str = "",
    left: "Left | None" = None,
    is_added: bool = False,
) -> HttpResponse:
    """Scripts get the requested part, browsers the cart page (or the product page with the error)."""
    if "X-Part" in request.headers:
        shown = changed or visitor.find_cart()
        added = is_added and not problem
        return _show(request, visitor, shown, problem=problem, left=left, is_added=added)
    if problem:
        messages.error(request, problem)
    response = redirect(back if problem and back else "storefront:cart")
    _remember(response, visitor, changed)
    return response


def _show(
    request: HttpRequest,
    visitor: Visitor,
    current: Cart | None,
    *,
    problem: str = "",
    left: "Left | None" = None,
    is_added: bool = False,
) -> HttpResponse:
    view = view_of(current)
    template = _PARTS.get(request.headers.get("X-Part", ""), "storefront/cart.html")
    sums = sums_of(view) if view and not view.is_empty else None
    context: dict[str, Any] = {
        "view": view or {"is_empty": True, "count": 0},
        "sums": sums,
        "delivery": get_delivery(),
        "left_to_free": _left_to_free(sums),
        "taxes": taxes_in_cart(sums, visitor) if sums else None,
        "is_delivery_free": _is_delivery_free(sums),
        "waiting_order": _waiting_order(current),
        "notices": [{"id": each.id, "text": words_of(each)} for each in view.notices]
        if view
        else [],
        "can_be_shared": view is not None and bool(pieces_of(view.cart)),
        "choices": MergeChoice.choices,
        "kept": _kept(view),
        "has_ended": current is None and visitor.token is not None,
        "problem": problem,
        "left": left,
        "added": is_added,
    }
    context["cart_count"] = view.count if view else 0
    response = render(request, template, context, status=409 if problem else 200)
    _remember(response, visitor, current)
    add_never_cache_headers(response)
    return response


def _remember(response: HttpResponse, visitor: Visitor, current: Cart | None) -> None:
    """A guest keeps the token; the count follows what is in the cart now."""
    if current is None:
        return
    token = current.token if visitor.user is None else None
    write_cart_cookies(response, token=token, count=current.count if current.is_open else 0)


def _kept(view: CartView | None) -> dict[str, Any]:
    """Until when the cart is kept; nothing where it is not stored."""
    if view is None:
        return {}
    locale = str(current_locale())
    ends = format_date(timezone.localtime(view.cart.expires_at), "d MMMM y", locale=locale)
    return {"until": ends, "days": days_of(view.cart.customer_ref)}


def _left_to_free(sums: CartSums | None) -> Money | None:
    """The missing amount for free delivery; None if delivery is free already or never."""
    free_above = get_delivery().free_above_minor
    if sums is None or free_above is None or not sums.view.needs_shipping:
        return None
    if sums.applied.is_shipping_free:
        return None
    left = from_minor(free_above, sums.view.cart.currency) - sums.goods
    return left if left.amount > 0 else None


def _is_delivery_free(sums: CartSums | None) -> bool:
    """Whether what is in the cart is enough for it; in the store's country, as everything said before checkout."""
    if sums is None:
        return False
    can_be = get_delivery().free_above_minor is not None
    return sums.applied.is_shipping_free or (can_be and _left_to_free(sums) is None)


def _waiting_order(current: Cart | None) -> str:
    """The page of the order placed from this cart, for a buyer who returns from a payment page."""
    if current is None or current.is_open or current.checkout_uuid is None:
        return ""
    checkout_id = current.checkout_uuid
    with system_scope("checkout"):  # access to the cart includes its order
        order, _ = attempt(lambda: get_order(checkout_id))
    return reverse("storefront:order", args=[order.access_token]) if order else ""
