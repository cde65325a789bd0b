"""The pages of a customer's account: orders, addresses, profile. Everything is scoped to who is logged in."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.selectors import get_address_for, list_addresses_for
from apps.common.errors import DomainError
from apps.common.form_errors import show_error
from apps.orders.selectors import get_order_for, list_orders_for
from apps.storefront.forms.account import AddressForm, ProfileForm
from apps.storefront.leaving import with_way_out
from apps.storefront.listing import page_window
from apps.storefront.order_page import label_all, order_context, with_parcels
from apps.storefront.visitor import visitor_of
from apps.tenancy.context import current_store

ORDERS_PER_PAGE = 10
_LATEST = 3


@never_cache
@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    latest = with_parcels(list_orders_for(actor=visitor_of(request).actor))[:_LATEST]
    context = {"orders": label_all(latest), "addresses": list_addresses_for(_user(request))[:1]}
    return render(request, "storefront/account/overview.html", context)


@never_cache
@login_required
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    mine = with_parcels(list_orders_for(actor=visitor_of(request).actor))
    page = Paginator(mine, ORDERS_PER_PAGE).get_page(request.GET.get("page", "")[:6])
    page.object_list = label_all(page.object_list)
    context = {"page": page, "page_numbers": page_window(page.number, page.paginator.num_pages)}
    return render(request, "storefront/account/orders.html", context)


@never_cache
@login_required
@require_safe
def order(request: HttpRequest, number: str) -> HttpResponse:
    found = get_order_for(actor=visitor_of(request).actor, number=number)
    context = order_context(found)
    page = render(request, "storefront/account/order.html", context)
    return with_way_out(request, page, context["pays_through"])


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    form = ProfileForm(request.POST or None, initial=_profile_of(user))
    if request.method == "POST" and form.is_valid():
        try:
            accounts.update_profile(user=user, values=form.cleaned_data)
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, gettext("Saved."))
            return redirect("storefront:account_profile")
    return _form_page(request, "storefront/account/profile.html", form)


@never_cache
@login_required
@require_safe
def addresses(request: HttpRequest) -> HttpResponse:
    context = {"addresses": list_addresses_for(_user(request))}
    return render(request, "storefront/account/addresses.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest, address_id: UUID | None = None) -> HttpResponse:
    """Add an address, or change one."""
    user = _user(request)
    existing = get_address_for(user, address_id) if address_id else None
    initial = {"country": current_store().country}
    if existing:
        billed = {"company": existing.company, "tax_number": existing.tax_number}
        initial = {**existing.as_dict(), **billed}
    form = AddressForm(request.POST or None, initial=initial, language=current_store().language)
    if request.method == "POST" and "update" not in request.POST and form.is_valid():
        try:
            accounts.save_address(user=user, values=form.cleaned_data, address=existing)
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, gettext("The address is saved."))
            return redirect("storefront:account_addresses")
    return _form_page(request, "storefront/account/address.html", form, address=existing)


@login_required
@require_POST
def delete_address(request: HttpRequest, address_id: UUID) -> HttpResponse:
    user = _user(request)
    accounts.delete_address(user=user, address=get_address_for(user, address_id))
    messages.success(request, gettext("The address is deleted."))
    return redirect("storefront:account_addresses")


def _form_page(
    request: HttpRequest, template: str, form: ProfileForm | AddressForm, **context: object
) -> HttpResponse:
    is_refused = form.is_bound and "update" not in request.POST and bool(form.errors)
    status = 422 if is_refused else 200
    return render(request, template, {"form": form, **context}, status=status)


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)  # `login_required` is the guard


def _profile_of(user: User) -> dict[str, str]:
    return {name: getattr(user, name) for name in accounts.PROFILE}
