"""The page of a discount's uses: orders, batches of codes, and why it does not apply to a cart or an order."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from apps.accounts.models import User
from apps.backoffice.base import call_service
from apps.backoffice.posting import posted
from apps.backoffice.sites import store_admin
from apps.carts.selectors import get_cart
from apps.checkout.discounting import explain_for_cart, explain_for_order
from apps.common.csv_files import write_rows
from apps.common.fields import CodeField
from apps.common.web import normalize_email
from apps.discounts import services as discounts
from apps.discounts.conditions import Refusal
from apps.discounts.models import CodeBatch, Discount, Redemption
from apps.discounts.selectors import list_batch_codes, list_redemptions
from apps.discounts.services.editing import MOST_CODES, MOST_PREFIX
from apps.orders.finding import find_by_number
from apps.orders.models import Order

_PAGE = "store_admin:discounts_discount_uses"
_SHOWN = 100


class BatchForm(forms.Form):
    count = forms.IntegerField(
        label=_("How many"),
        min_value=1,
        max_value=MOST_CODES,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    beginning = CodeField(
        label=_("They begin with"),
        required=False,
        max_length=MOST_PREFIX,
        widget=UnfoldAdminTextInputWidget,
    )


class WhyForm(forms.Form):
    order_or_customer = CodeField(
        label=_("Order number, or e-mail address of a customer with a cart"),
        max_length=254,
        widget=UnfoldAdminTextInputWidget,
    )


def page_urls(model_admin: Any) -> list[Any]:
    view = model_admin.admin_site.admin_view
    return [
        path("<uuid:discount_id>/uses/", view(uses_view), name="discounts_discount_uses"),
        path("<uuid:discount_id>/batch/", view(batch_view), name="discounts_discount_batch"),
        path(
            "<uuid:discount_id>/codes/<uuid:batch_id>/",
            view(codes_view),
            name="discounts_discount_codes",
        ),
    ]


def uses_view(request: HttpRequest, discount_id: UUID) -> HttpResponse:
    """Everything about the uses of one discount. With `?order_or_customer=` the reasons why it does not apply."""
    discount = _get(request, discount_id)
    form = WhyForm(request.GET if "order_or_customer" in request.GET else None)
    answer = _explain(discount, form) if form.is_valid() else None
    uses = list(list_redemptions(discount)[:_SHOWN])
    numbers = dict(
        Order.objects.filter(pk__in=[use.order_ref for use in uses]).values_list("pk", "number")
    )
    context = {
        **store_admin.each_context(request),
        "title": discount.name,
        "discount": discount,
        "uses": [(use, numbers.get(use.order_ref, "")) for use in uses],
        "batches": _batches(discount),
        "batch_form": BatchForm(),
        "why_form": form,
        "answer": answer,
        "may_change": request.user.has_perm("discounts.change_discount"),
    }
    return TemplateResponse(request, "backoffice/discount_uses.html", context)


@posted(_PAGE, "discount_id")
def batch_view(request: HttpRequest, discount_id: UUID) -> HttpResponse:
    """Make a batch of codes."""
    discount = _get(request, discount_id)
    if not request.user.has_perm("discounts.change_discount"):
        raise PermissionDenied
    form = BatchForm(request.POST)
    if form.is_valid():
        count = form.cleaned_data["count"]
        made = ngettext("1 code was made.", "%(count)s codes were made.", count) % {"count": count}
        call_service(
            request,
            lambda: discounts.make_batch(
                discount=discount, count=count, prefix=form.cleaned_data["beginning"]
            ),
            made,
        )
    else:
        messages.error(
            request,
            gettext("Choose between 1 and %(most)s codes, and a short beginning.")
            % {"most": MOST_CODES},
        )
    return redirect(_PAGE, discount_id=discount.pk)


def codes_view(request: HttpRequest, discount_id: UUID, batch_id: UUID) -> HttpResponse:
    """The codes of a batch as a CSV file, with the orders that used them."""
    discount = _get(request, discount_id)
    if not request.user.has_perm("discounts.change_discount"):
        raise PermissionDenied
    batch = get_object_or_404(CodeBatch, pk=batch_id, discount=discount)
    rows = list(list_batch_codes(batch.pk))
    used = [row.order_ref for row in rows if row.order_ref is not None]
    numbers: dict[UUID | None, str] = dict(
        Order.objects.filter(pk__in=used).values_list("pk", "number")
    )
    table = [["code", "order"], *([row.key, numbers.get(row.order_ref, "")] for row in rows)]
    name = f"codes-{batch.created_at:%Y-%m-%d}-{batch.count}.csv"
    return HttpResponse(
        write_rows(table),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


def _get(request: HttpRequest, discount_id: UUID) -> Discount:
    if not request.user.has_perm("discounts.view_discount"):
        raise PermissionDenied
    return get_object_or_404(Discount.objects.select_related("allowance"), pk=discount_id)


def _batches(discount: Discount) -> list[dict[str, Any]]:
    return [
        {"row": batch, "used": batch.codes.filter(order_ref__isnull=False).count()}
        for batch in discount.batches.all()[:_SHOWN]
    ]


def _explain(discount: Discount, form: WhyForm) -> dict[str, Any]:
    """`about` says what was looked at; `refusals` are the reasons, none where it applies."""
    what = form.cleaned_data["order_or_customer"]
    if "@" in what:
        user = User.objects.filter(email=normalize_email(what)).first()
        cart = get_cart(customer_ref=str(user.pk)) if user is not None else None
        if cart is None or cart.is_empty:
            return {"about": what, "problem": gettext("This customer has no cart.")}
        return _answer(
            gettext("The cart of %(what)s") % {"what": what}, explain_for_cart(discount, cart)
        )
    found = find_by_number(what)
    order = Order.objects.filter(pk__in=found).first()
    if order is None:
        return {"about": what, "problem": gettext("There is no such order.")}
    if Redemption.objects.filter(
        discount=discount, order_ref=order.pk, slot__isnull=False
    ).exists():
        return {"about": order.number, "problem": gettext("This order used the discount.")}
    about = gettext("Order %(number)s") % {"number": order.number}
    return _answer(about, explain_for_order(discount, order))


def _answer(about: str, refusals: list[Refusal]) -> dict[str, Any]:
    return {"about": about, "refusals": refusals, "problem": ""}
