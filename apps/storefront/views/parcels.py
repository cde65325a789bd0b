"""A parcel that could not be delivered: its buyer says what is next."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.common.api.throttles import is_within_rate
from apps.fulfilment import services as fulfilment
from apps.fulfilment.answer_links import (
    PAGE_LASTS,
    AnswerLink,
    make_answer_link,
    open_parcel,
    read_answer_link,
)
from apps.fulfilment.models import Shipment
from apps.fulfilment.selectors import get_shipment
from apps.fulfilment.states import AnswerWish, ShipmentState
from apps.orders.passes import read_pass
from apps.orders.selectors import get_order_by_access_token
from apps.storefront.answers import attempt_or_refusal
from apps.storefront.forms.parcels import PLACE, AnswerForm
from apps.storefront.visitor import visitor_of


@never_cache
@require_safe
def to_answer(request: HttpRequest, access_token: str, shipment_id: UUID) -> HttpResponse:
    """From the order's page. A pass of the tracking page leads to a link that may change less."""
    found = get_order_by_access_token(access_token)
    parcel = get_shipment(order=found, shipment_id=shipment_id)
    is_known = read_pass(access_token) is None
    link = make_answer_link(parcel, is_known=is_known, lasts=PAGE_LASTS)
    return redirect("storefront:parcel_answer", link=link)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, link: str) -> HttpResponse:
    """The link is of one parcel. The page shows of the order what the mail has said, and no address."""
    read = read_answer_link(link)
    if read is None:
        raise Http404
    if read.is_over:
        return render(request, "storefront/parcel_answer.html", {"is_over": True}, status=410)
    parcel = open_parcel(read)
    data = request.POST if request.method == "POST" else None
    form = AnswerForm(data, order=parcel.order, said=parcel.buyers_answer or {})
    status = 200
    if request.method == "POST":
        status = _take(request, read, parcel, form)
        if status == 200:
            return redirect("storefront:parcel_answer", link=link)
        parcel = open_parcel(read)
    return render(request, "storefront/parcel_answer.html", _context(parcel, form), status=status)


def _take(request: HttpRequest, link: AnswerLink, parcel: Shipment, form: AnswerForm) -> int:
    """The status of the answer; errors go into the form."""
    if _must_wait(request, parcel):
        form.add_error(None, gettext("That was tried too often. Please wait some minutes."))
        return 429
    if not form.is_valid():
        return 422
    _, refusal = attempt_or_refusal(
        lambda: fulfilment.answer_failed_attempt(
            shipment=parcel,
            actor=visitor_of(request).actor,
            may_redirect=link.is_known,
            **form.values(),
        )
    )
    if refusal is None:
        return 200
    for name, sentences in refusal.fields.items():
        field = name if name in form.fields else None
        form.add_error(field, [str(each) for each in sentences])
    if not refusal.fields and parcel.state == ShipmentState.FAILED:
        form.add_error(None, str(refusal))
    return max(refusal.status, 409)


def _must_wait(request: HttpRequest, parcel: Shipment) -> bool:
    by_address = is_within_rate("parcel_answers", request)
    return not (is_within_rate("parcel_answers_of", request, ident=str(parcel.pk)) and by_address)


def _context(parcel: Shipment, form: AnswerForm) -> dict[str, Any]:
    order, said = parcel.order, parcel.buyers_answer or {}
    return {
        "parcel": parcel,
        "order": order,
        "form": form,
        "waits": parcel.state == ShipmentState.FAILED,
        "said": said,
        "said_wish": AnswerWish(said["wish"]).label if said else "",
        "said_on": date.fromisoformat(said["on"]) if said.get("on") else None,
        "said_other": bool({"phone", *PLACE} & said.keys()),
        "where": " ".join(
            str(order.shipping_address.get(name) or "") for name in ("city", "postal_code")
        ).strip(),
        "phone_end": order.phone.partition(";")[0][-3:],
    }
