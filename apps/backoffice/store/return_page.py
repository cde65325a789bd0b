"""The page of one return request, and its buttons: small POST forms that call one service each and come back."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext

from apps.backoffice.base import sentence_of, staff_actor
from apps.backoffice.columns import money
from apps.backoffice.posting import posted
from apps.backoffice.sites import store_admin
from apps.backoffice.typed import posted_count, read_money
from apps.common.errors import DomainError, InvalidInput
from apps.common.ids import random_token
from apps.common.text import clean_code
from apps.invoices.answers import pdf_answer
from apps.payments.states import RefundTo
from apps.pictures.private import private_picture_answer
from apps.returns import services as returns
from apps.returns.destinations import list_places
from apps.returns.models import ReturnPhoto, ReturnRequest
from apps.returns.selectors import find_exchange, get_request, has_return_address, timeline
from apps.returns.services import Findings
from apps.returns.slips import print_return_slip
from apps.returns.states import AWAITED, STAFF_MAY_WITHDRAW, RequestState
from apps.tenancy.context import current_store

SEES: Final = "returns.view_returnrequest"
DECIDES: Final = "returns.change_returnrequest"
GIVES_MONEY: Final = "payments.add_refund"
_PAGE: Final = "store_admin:returns_returnrequest_change"

Press = Callable[[HttpRequest, ReturnRequest], str]


def show(request: HttpRequest, found: ReturnRequest, typed: Any = None) -> HttpResponse:
    """The page; after a form that was refused with what was typed in it."""
    context = {
        **store_admin.each_context(request),
        "title": gettext("Return %(number)s") % {"number": found.number},
        "opts": ReturnRequest._meta,
        **_present(found, request),
        "typed": typed or {},
    }
    return TemplateResponse(request, "backoffice/return.html", context)


def _present(found: ReturnRequest, request: HttpRequest) -> dict[str, Any]:
    """A constant number of queries."""
    state = RequestState(found.state)
    may = request.user.has_perm(DECIDES)
    refunds = returns.refunds_of(found)
    lines = list(found.lines.select_related("order_line", "replacement"))
    lacks_address = state == RequestState.REQUESTED and not has_return_address()
    return {
        "found": found,
        "order": found.order,
        "lines": lines,
        "is_more_expected": any(line.received < line.quantity for line in lines),
        "photos": list(found.photos.all()),
        "exchange": find_exchange(found),
        "refunds": refunds,
        "refund_ways": [(way.value, way.label) for way in list_places(found.order, by_staff=True)],
        "history": list(reversed(timeline(found))),
        "warning": _no_address() if lacks_address else "",
        "request_key": random_token(),
        "locale": current_store().language,
        "allowed": {
            "approve": may and state == RequestState.REQUESTED,
            "label": may and state in AWAITED,
            "sent": may and state == RequestState.APPROVED,
            "receive": may and state in (*AWAITED, RequestState.RECEIVED),
            "inspect": may
            and request.user.has_perm(GIVES_MONEY)
            and state == RequestState.RECEIVED,
            "withdraw": may and state in STAFF_MAY_WITHDRAW,
            "close": may and state == RequestState.INSPECTED,
        },
    }


def _button(press: Press, *more: str) -> Callable[..., HttpResponseBase]:
    @posted(_PAGE, "request_id")
    def view(request: HttpRequest, request_id: UUID) -> HttpResponse:
        if not request.user.has_perms([SEES, DECIDES, *more]):
            raise PermissionDenied
        found = _get(request_id)
        try:
            done = press(request, found)
        except DomainError as error:
            messages.error(request, sentence_of(error))
            return show(request, _get(request_id), request.POST)
        messages.success(request, done)
        return HttpResponseRedirect(reverse(_PAGE, args=[found.pk]))

    return view


def show_file(request: HttpRequest, request_id: UUID, kind: str) -> HttpResponse:
    """The return slip, or the label that staff uploaded."""
    found = _seen(request, request_id)
    if kind == "slip":
        return pdf_answer(print_return_slip(found), f"{found.number}.pdf")
    if not found.label_path:
        raise Http404
    return pdf_answer(returns.read_label(found), f"{found.number}-label.pdf")


def show_photo(request: HttpRequest, request_id: UUID, photo_id: UUID) -> HttpResponse:
    found = _seen(request, request_id)
    return private_picture_answer(get_object_or_404(ReturnPhoto, request=found, pk=photo_id).path)


def _seen(request: HttpRequest, request_id: UUID) -> ReturnRequest:
    if not request.user.has_perm(SEES):
        raise PermissionDenied
    return _get(request_id)


def _get(request_id: UUID) -> ReturnRequest:
    try:
        return get_request(request_id)
    except DomainError as error:
        raise Http404 from error


def _approve(request: HttpRequest, found: ReturnRequest) -> str:
    note = request.POST.get("note", "")
    returns.approve_return(request=found, note=note, actor=staff_actor(request))
    if not has_return_address():
        messages.warning(request, _no_address())
        return gettext("Approved.")
    return gettext("Approved. The customer knows where to send it.")


def _no_address() -> str:
    return gettext(
        "No address for returns is set: enter one in the return settings, or write to the customer where to send the goods."
    )


def _refuse(request: HttpRequest, found: ReturnRequest) -> str:
    reason = request.POST.get("reason", "")
    returns.refuse_return(request=found, reason=reason, actor=staff_actor(request))
    return gettext("Refused. The customer reads why.")


def _label(request: HttpRequest, found: ReturnRequest) -> str:
    file = request.FILES.get("label")
    if file is None:
        raise InvalidInput(gettext("Choose the PDF file of the label."))
    returns.add_label(request=found, file=file, actor=staff_actor(request))
    return gettext("The label is on the customer's page, and a mail says so.")


def _sent(request: HttpRequest, found: ReturnRequest) -> str:
    returns.mark_sent(
        request=found,
        carrier=request.POST.get("carrier", ""),
        tracking_number=request.POST.get("tracking_number", ""),
        actor=staff_actor(request),
    )
    return gettext("It is on its way.")


def _receive(request: HttpRequest, found: ReturnRequest) -> str:
    pieces = {line.pk: posted_count(request, f"received-{line.pk}") for line in found.lines.all()}
    returns.receive_pieces(
        request=found,
        pieces=pieces,
        request_key=clean_code(request.POST.get("request_key", ""), most=60),
        actor=staff_actor(request),
    )
    return gettext("Counted. Now look at the pieces and decide about each.")


def _inspect(request: HttpRequest, found: ReturnRequest) -> str:
    findings = {
        line.pk: Findings(
            restock=posted_count(request, f"restock-{line.pk}"),
            write_off=posted_count(request, f"write_off-{line.pk}"),
            not_accepted=posted_count(request, f"not_accepted-{line.pk}"),
        )
        for line in found.lines.all()
    }
    done = returns.inspect_return(
        request=found,
        findings=findings,
        deduction_minor=_deduction(request, found),
        reason=request.POST.get("reason", ""),
        destination=_destination(request),
        actor=staff_actor(request),
    )
    if done.moved_minor:
        return gettext("Booked. The replacement is ordered.")
    if done.refund_minor:
        amount = money(done.refund_minor, done.currency)
        if done.destination != RefundTo.SOURCE:
            words = {"amount": amount, "place": done.get_destination_display()}
            return gettext("Booked. %(amount)s goes to the customer as %(place)s.") % words
        return gettext("Booked. %(amount)s goes back to the customer.") % {"amount": amount}
    return gettext("Booked. No money goes back.")


def _destination(request: HttpRequest) -> RefundTo | None:
    """None where the form does not ask."""
    wanted = request.POST.get("to", "")
    return RefundTo(wanted) if wanted in RefundTo.values else None


def _wish(request: HttpRequest, found: ReturnRequest) -> str:
    skus = {line.pk: request.POST.get(f"sku-{line.pk}", "")[:64] for line in found.lines.all()}
    done = returns.change_wish(request=found, skus=skus, actor=staff_actor(request))
    return gettext("Noted: %(wish)s.") % {"wish": done.get_wish_display()}


def _withdraw(request: HttpRequest, found: ReturnRequest) -> str:
    reason = request.POST.get("reason", "")
    returns.withdraw_return(request=found, reason=reason, actor=staff_actor(request))
    return gettext("Ended. The pieces stay with the customer.")


def _close(request: HttpRequest, found: ReturnRequest) -> str:
    returns.close_return(request=found, actor=staff_actor(request))
    return gettext("Finished.")


def _deduction(request: HttpRequest, found: ReturnRequest) -> int:
    text = request.POST.get("deduction", "").strip()
    if not text:
        return 0
    return read_money(text, found.currency, "deduction")


BUTTONS = {
    "wish": _button(_wish),
    "approve": _button(_approve),
    "refuse": _button(_refuse),
    "label": _button(_label),
    "sent": _button(_sent),
    "receive": _button(_receive),
    "inspect": _button(_inspect, GIVES_MONEY),
    "withdraw": _button(_withdraw),
    "close": _button(_close),
}
