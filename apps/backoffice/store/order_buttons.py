"""The actions of the buttons on an order's page.

A button is a small POST form that calls one service and returns to the page. After a refusal the form shows the reason.
`request_key` makes a double click one action.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.backoffice.base import sentence_of, staff_actor
from apps.backoffice.columns import money
from apps.backoffice.posting import posted
from apps.backoffice.store.order_answers import book_transfer, confirm, prove
from apps.backoffice.store.order_notes import NOTE_PRESSES
from apps.backoffice.store.order_page import SEES, may, show
from apps.backoffice.store.parcel_presses import PARCEL_PRESSES, parcel_of
from apps.backoffice.store.parcel_queries import desk_address
from apps.backoffice.store.refused import Refused
from apps.backoffice.typed import posted_amount, posted_count, posted_uuid
from apps.common.errors import DomainError, InvalidInput
from apps.common.fields import CodeField, LineField, WebAddressField
from apps.common.ids import random_token
from apps.common.text import clean_code
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import ParcelReturn
from apps.fulfilment.selectors import cash_to_collect
from apps.gateways.installed import is_booked_by_staff
from apps.invoices import services as invoices
from apps.orders import services as orders
from apps.orders.models import Order
from apps.orders.states import HELD
from apps.payments import services as payments
from apps.payments.errors import NotRefundable
from apps.payments.models import Payment
from apps.payments.selectors import get_payment_of, is_cash_due
from apps.payments.states import RefundTo

_PAGE = "store_admin:orders_order_change"
_NOT_TYPED = frozenset({"csrfmiddlewaretoken", "request_key"})
_GIVE_CASH_BACK = _(
    "The refund of %(amount)s is noted. No bank sends it: hand the money over, or transfer it yourself."
)
_TRANSFER_BACK = _(
    "The refund of %(amount)s is noted. No provider sends it: transfer it yourself at your bank."
)

Press = Callable[[HttpRequest, Order], str]
"""Calls the service and returns a message, or raises the refusal."""


class ShipForm(forms.Form):
    carrier = LineField(max_length=80, required=False)
    tracking_number = CodeField(max_length=80, required=False)
    tracking_url = WebAddressField(max_length=500, required=False)


def _button(verb: str, press: Press) -> Callable[..., HttpResponseBase]:
    @posted(_PAGE, "order_id")
    def view(request: HttpRequest, order_id: UUID) -> HttpResponse:
        if not (may(request, verb) and request.user.has_perm(SEES)):
            raise PermissionDenied
        order = get_object_or_404(Order, pk=order_id)
        try:
            done = press(request, order)
        except DomainError as error:
            messages.error(request, sentence_of(error))
            order.refresh_from_db()
            return show(request, order, Refused.of(verb, request.POST, error))
        messages.success(request, done)
        if "desk" in request.POST:
            return HttpResponseRedirect(desk_address(request.POST["desk"]))
        return HttpResponseRedirect(reverse(_PAGE, args=[order.pk]))

    return view


def _ship(request: HttpRequest, order: Order) -> str:
    sent = fulfilment.ship_together(
        order=order,
        lines=_quantities(request, order),
        request_key=_request_key(request),
        actor=staff_actor(request),
        **_details(request),
    )
    for number, error in sent.left.items():
        words = {"number": number, "why": sentence_of(error)}
        messages.warning(request, gettext("Order %(number)s stayed here: %(why)s") % words)
    if len(sent.parcels) > 1:
        return gettext("Shipped with the orders that leave in the same parcel.")
    return gettext("Shipped. The customer can follow it now.")


def _correct(request: HttpRequest, order: Order) -> str:
    fulfilment.correct_shipment(
        shipment=parcel_of(request, order),
        is_buyer_told="tell" in request.POST,
        actor=staff_actor(request),
        **_details(request),
    )
    return gettext("Corrected. The customer's page shows it.")


def _on_parcel(
    service: Callable[..., Any], done: StrOrPromise, *, with_reason: bool = False
) -> Press:
    """`done` names the parcel as `{}`."""

    def press(request: HttpRequest, order: Order) -> str:
        shipment = parcel_of(request, order)
        service(shipment=shipment, actor=staff_actor(request), **_reason(request, with_reason))
        return str(done).format(shipment.number)

    return press


def _deliver(request: HttpRequest, order: Order) -> str:
    parcel = fulfilment.mark_delivered(
        shipment=parcel_of(request, order), actor=staff_actor(request)
    )
    done = gettext("%(parcel)s is delivered.") % {"parcel": parcel.number}
    amount = money(parcel.cash_minor, order.currency)
    booked = gettext("%(amount)s in cash is booked.") % {"amount": amount}
    return " ".join([done, *_cash_words(order, booked if parcel.cash_minor else "")])


def _undo(request: HttpRequest, order: Order) -> str:
    parcel = parcel_of(request, order)
    cash_minor = parcel.cash_minor
    fulfilment.undo_delivery(shipment=parcel, actor=staff_actor(request), **_reason(request, True))
    done = gettext("%(parcel)s is on its way again.") % {"parcel": parcel.number}
    amount = money(cash_minor, order.currency)
    undone = gettext("%(amount)s in cash that was booked with it is due again.") % {
        "amount": amount
    }
    return " ".join([done, *_cash_words(order, undone if cash_minor else "")])


def _rest(request: HttpRequest, order: Order) -> str:
    is_lowered = is_cash_due(order, get_payment_of(order)) or order.payment_state in HELD
    may_refund = may(request, "refund")
    fulfilment.cancel_rest(
        order=order, actor=staff_actor(request), may_refund=may_refund, **_reason(request, True)
    )
    done = gettext("The rest is cancelled. Its pieces can be sold again.")
    amount_minor = order.events.get(kind="order.rest_cancelled").data["amount_minor"]
    return " ".join([done, *_money_words(order, amount_minor, is_lowered=is_lowered)])


def _return_words(order: Order, row: ParcelReturn) -> list[str]:
    return _money_words(order, row.credited_minor, is_lowered=row.refund_id is None)


def _money_words(order: Order, amount_minor: int, *, is_lowered: bool) -> list[str]:
    """The refund, or the reduction of cash that is still due."""
    amount = {"amount": money(amount_minor, order.currency)}
    if is_lowered or not amount_minor:
        lowered = gettext("%(amount)s is not to be paid any more.") % amount
        said = lowered if amount_minor else ""
        return _cash_words(order, said) or ([said] if said else [])
    payment = get_payment_of(order)
    if payment is not None and payment.pays_on_delivery:
        return [str(_GIVE_CASH_BACK) % amount]
    if payment is not None and is_booked_by_staff(payment.gateway):
        return [str(_TRANSFER_BACK) % amount]
    return [gettext("%(amount)s goes back to the customer.") % amount]


def _cash_words(order: Order, changed: str = "") -> list[str]:
    """A sentence about booked and due cash of an order that is paid on delivery."""
    payment = get_payment_of(order)
    if payment is None or not payment.pays_on_delivery:
        return []
    order.refresh_from_db()
    due_minor = cash_to_collect(order)
    said = [changed] if changed else []
    if not due_minor:
        return [*said, gettext("Nothing more is to be collected.")]
    due = money(due_minor, order.currency)
    return [*said, gettext("%(amount)s is still to be collected.") % {"amount": due}]


def _on_order(service: Callable[..., Any], done: StrOrPromise) -> Press:
    def press(request: HttpRequest, order: Order) -> str:
        service(order=order, actor=staff_actor(request), **_reason(request, True))
        return str(done)

    return press


def _cancel(request: HttpRequest, order: Order) -> str:
    may_refund = may(request, "refund")
    fulfilment.cancel(
        order=order, actor=staff_actor(request), may_refund=may_refund, **_reason(request, True)
    )
    done = gettext("Cancelled. The pieces are back in stock, and money that was paid goes back.")
    payment = get_payment_of(order)
    if payment is None or not (is_booked_by_staff(payment.gateway) and payment.refunded_minor):
        return done
    amount = {"amount": money(payment.refunded_minor, payment.currency)}
    return " ".join([done, str(_TRANSFER_BACK) % amount])


def _return(request: HttpRequest, order: Order) -> str:
    shipment = parcel_of(request, order)
    row = fulfilment.receive_return(
        shipment=shipment,
        lines={
            line.order_line_id: fulfilment.Pieces(
                restock=posted_count(request, f"restock-{line.order_line_id}"),
                write_off=posted_count(request, f"write_off-{line.order_line_id}"),
            )
            for line in shipment.lines.all()
        },
        credit=_credit(request, order),
        request_key=_request_key(request),
        actor=staff_actor(request),
        reason=request.POST.get("reason", ""),
    )
    done = gettext("Recorded. The stock is counted again, and the customer gets a mail.")
    return " ".join([done, *_return_words(order, row)])


def _credit(request: HttpRequest, order: Order) -> fulfilment.Credit | None:
    """The refund that the form requests. Without an amount it is what the pieces were sold for."""
    if "credit" not in request.POST:
        return None
    if not may(request, "refund"):
        raise PermissionDenied
    has_amount = request.POST.get("amount", "").strip()
    return fulfilment.Credit(
        amount_minor=posted_amount(request, order.currency) if has_amount else None,
        with_shipping="shipping" in request.POST,
        destination=_destination(request),
    )


def _refund(request: HttpRequest, order: Order) -> str:
    payment = get_object_or_404(Payment, pk=posted_uuid(request, "payment"), order=order)
    amount_minor = posted_amount(request, payment.currency)
    try:
        payments.refund_payment(
            payment=payment,
            amount_minor=amount_minor,
            request_key=_request_key(request),
            actor=staff_actor(request),
            reason=request.POST.get("reason", ""),
            destination=_destination(request),
        )
    except NotRefundable as error:
        raise InvalidInput(fields={"amount": [str(error)]}) from error
    if _destination(request) == RefundTo.STORE_CREDIT:
        return gettext("The customer has it as store credit in a moment.")
    if _destination(request) == RefundTo.GIFT_CARD:
        return gettext("The customer gets a mail with a new gift card.")
    if payment.pays_on_delivery:
        return str(_GIVE_CASH_BACK) % {"amount": money(amount_minor, payment.currency)}
    if is_booked_by_staff(payment.gateway):
        return str(_TRANSFER_BACK) % {"amount": money(amount_minor, payment.currency)}
    return gettext("The refund is on its way.")


def _destination(request: HttpRequest) -> RefundTo:
    """Where the refund goes; where it was paid from, unless the form says otherwise."""
    wanted = request.POST.get("to", "")
    return RefundTo(wanted) if wanted in RefundTo.values else RefundTo.SOURCE


def _invoice(request: HttpRequest, order: Order) -> str:
    document = invoices.issue_invoice(order=order, actor=staff_actor(request))
    return gettext("Invoice %(number)s is made.") % {"number": document.number}


def _ask(request: HttpRequest, order: Order) -> str:
    gateway_code = clean_code(request.POST.get("gateway", ""))
    payments.ask_for_rest(order=order, gateway_code=gateway_code, actor=staff_actor(request))
    return gettext("Asked. The customer gets a mail with the link to pay.")


def _write_off(request: HttpRequest, order: Order) -> str:
    payments.write_off_rest(order=order, actor=staff_actor(request), **_reason(request, True))
    return gettext("Written off.")


def _excess(request: HttpRequest, order: Order) -> str:
    payments.refund_excess(
        order=order,
        request_key=_request_key(request),
        actor=staff_actor(request),
        **_reason(request, True),
    )
    return gettext("The refund is on its way.")


def _note(request: HttpRequest, order: Order) -> str:
    text = request.POST.get("text", "")
    orders.add_note(order=order, text=text, actor=staff_actor(request))
    return gettext("Noted.")


def _reason(request: HttpRequest, is_asked: bool) -> dict[str, str]:
    return {"reason": request.POST.get("reason", "")} if is_asked else {}


def _details(request: HttpRequest) -> dict[str, Any]:
    """Carrier and tracking as they were typed. Raises `InvalidInput` at their fields."""
    form = ShipForm(request.POST)
    if not form.is_valid():
        wrong = {name: [str(text) for text in texts] for name, texts in form.errors.items()}
        raise InvalidInput(fields=wrong)
    return form.cleaned_data


def _quantities(request: HttpRequest, order: Order) -> dict[UUID, int] | None:
    """Pieces per line from fields named `quantity-<line id>`; None (all that is left) when there are none."""
    wanted = {
        line.pk: posted_count(request, name)
        for line in order.lines.all()
        if (name := f"quantity-{line.pk}") in request.POST
    }
    if wanted and not any(wanted.values()):
        raise InvalidInput(gettext("Say how many pieces go into the parcel."))
    return {line: quantity for line, quantity in wanted.items() if quantity} or None


def _request_key(request: HttpRequest) -> str:
    """The page's token with a hash of the input: a double click is one request; different input is a different
    request."""
    token = clean_code(request.POST.get("request_key", ""), most=60)
    if not token:
        return random_token()
    typed = [row for row in sorted(request.POST.lists()) if row[0] not in _NOT_TYPED]
    return f"{token}-{sha256(repr(typed).encode()).hexdigest()[:32]}"


def _together(request: HttpRequest, order: Order) -> str:
    other = get_object_or_404(Order, pk=posted_uuid(request, "other"))
    fulfilment.send_together(order=order, other=other, actor=staff_actor(request))
    return gettext("They leave in one parcel: ship one of them, and the other leaves with it.")


def _alone(request: HttpRequest, order: Order) -> str:
    orders.send_alone(order=order, actor=staff_actor(request))
    return gettext("It leaves in a parcel of its own.")


_PRESSES: dict[str, Press] = {
    "together": _together,
    "alone": _alone,
    "ship": _ship,
    "deliver": _deliver,
    "undo": _undo,
    "prove": prove,
    "correct": _correct,
    "refused": _on_parcel(
        fulfilment.expect_return,
        gettext_lazy("{} is on its way back. Record what is in it when it is here."),
        with_reason=True,
    ),
    "resume": _on_parcel(
        fulfilment.resume_delivery, gettext_lazy("{} is on its way to the customer again.")
    ),
    "return": _return,
    "cancel": _cancel,
    "rest": _rest,
    "refund": _refund,
    "transfer": book_transfer,
    "confirm": confirm,
    "ask": _ask,
    "write_off": _write_off,
    "excess": _excess,
    "note": _note,
    "invoice": _invoice,
    **NOTE_PRESSES,
    **PARCEL_PRESSES,
}
BUTTONS = {verb: _button(verb, press) for verb, press in _PRESSES.items()}
