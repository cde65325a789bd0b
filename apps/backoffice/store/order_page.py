"""One order's page: what it shows, and which buttons are allowed now. `order_buttons` handles them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from apps.backoffice.columns import money
from apps.backoffice.sites import store_admin
from apps.backoffice.store.order_ledger import present_ledger
from apps.backoffice.store.order_systems import present_systems
from apps.backoffice.store.refused import Refused
from apps.backoffice.store.tax_evidence import certificate_words, words_of_evidence
from apps.backoffice.store.timeline import timeline_rows
from apps.common.clock import today
from apps.common.currencies import decimals_of
from apps.common.ids import random_token
from apps.fulfilment.awaiting import waiting_lines
from apps.fulfilment.cash import Parcels
from apps.fulfilment.models import Shipment
from apps.fulfilment.selectors import (
    can_attempt_again,
    can_cancel,
    can_cancel_rest,
    can_deliver,
    can_expect_return,
    can_fail,
    can_hand_over,
    can_resume,
    can_return,
    can_ship,
    can_undo_delivery,
    credit_for_rest,
    find_split_origin,
    list_parcel_mates,
    list_returns_of,
    list_sent_with,
    list_split_off,
    shipping_left_to_credit,
)
from apps.fulfilment.states import FailureReason, ReturnState, ShipmentState
from apps.fulfilment.undelivered import undelivered_signs
from apps.gateways.installed import is_booked_by_staff
from apps.giftcards.selectors import list_sold
from apps.invoices.registered import is_cancelled
from apps.invoices.selectors import is_worth_offering, list_documents_of
from apps.notifications.selectors import find_refused_address
from apps.orders.models import Order
from apps.orders.selectors import can_cancel_lines, can_hold, list_tags
from apps.orders.states import OrderPaymentState
from apps.payments.balances import lacking_minor
from apps.payments.credits import credits_of, worth_of_refund
from apps.payments.destinations import list_destinations
from apps.payments.models import Payment
from apps.payments.refundable import gives_money_back
from apps.payments.selectors import can_be_followed, is_cash_due
from apps.payments.states import OPEN_STATES, PaymentState
from apps.payments.stored_value import paid_with
from apps.payments.vouchers import vouchers_kept
from apps.payments.warning_signs import warning_signs
from apps.pricing.tax_numbers import tax_number_label
from apps.returns.selectors import find_origin, list_requests_of
from apps.tenancy.context import current_store

SEES = "orders.view_order"
SEES_DOCUMENTS = "invoices.view_document"
SEES_CARDS = "giftcards.view_giftcard"
SEES_RETURNS = "returns.view_returnrequest"
PERMISSIONS = {
    "ship": "fulfilment.add_shipment",
    "deliver": "fulfilment.change_shipment",
    "undo": "fulfilment.change_shipment",
    "prove": "fulfilment.change_shipment",
    "failed": "fulfilment.change_shipment",
    "attempt": "fulfilment.change_shipment",
    "collected": "fulfilment.change_shipment",
    "uncollected": "fulfilment.add_parcelreturn",
    "correct": "fulfilment.change_shipment",
    "refused": "fulfilment.add_parcelreturn",
    "resume": "fulfilment.add_parcelreturn",
    "return": "fulfilment.add_parcelreturn",
    "cancel": "orders.change_order",
    "rest": "orders.change_order",
    "refund": "payments.add_refund",
    "transfer": "payments.change_payment",
    "confirm": "orders.change_order",
    "ask": "payments.add_refund",
    "write_off": "payments.add_refund",
    "excess": "payments.add_refund",
    "note": "orders.change_order",
    "hold": "orders.change_order",
    "release": "orders.change_order",
    "tags": "orders.change_order",
    "message": "orders.change_order",
    "invoice": "invoices.add_document",
    "edit": "orders.change_order",
    "together": "orders.change_order",
    "alone": "orders.change_order",
}
# The buttons of a parcel and their conditions.
_PARCEL_BUTTONS = {
    "deliver": can_deliver,
    "undo": can_undo_delivery,
    "prove": lambda shipment: shipment.state == ShipmentState.DELIVERED,
    "correct": lambda shipment: True,
    "failed": can_fail,
    "attempt": can_attempt_again,
    "collected": can_hand_over,
    "uncollected": can_hand_over,
    "refused": can_expect_return,
    "resume": can_resume,
    "return": can_return,
}


def may(request: HttpRequest, verb: str) -> bool:
    return request.user.has_perm(PERMISSIONS[verb])


def show(request: HttpRequest, order: Order, refused: Refused | None = None) -> HttpResponse:
    """The page; after a form that was refused with what was typed in it."""
    context = {
        **store_admin.each_context(request),
        "title": gettext("Order %(number)s") % {"number": order.number},
        "opts": Order._meta,
        "refused": refused,
        **present(order, request),
    }
    return TemplateResponse(request, "backoffice/order.html", context)


def present(order: Order, request: HttpRequest) -> dict[str, Any]:
    """Everything the template needs, in a constant number of queries."""
    lines = _lines_of(order)
    shipments = list(order.shipments.prefetch_related("lines__order_line"))
    paid = list(order.payments.prefetch_related("refunds", "transactions", "captures"))
    returns = list_returns_of(order)
    cash = next((payment for payment in paid if is_cash_due(order, payment)), None)
    rows = Parcels(order, lines, shipments, returns)
    documents = list_documents_of(order)
    awaited = next((each for each in paid if _is_awaited(each)), None)
    return {
        "order": order,
        "lines": lines,
        "pieces_sent": any(line.fulfilled_quantity for line in lines),
        "parcels": [_present_parcel(each, rows, cash, request) for each in shipments],
        "payments": [_present_payment(payment) for payment in paid],
        "ledger": present_ledger(order, paid),
        **_present_refunding(order, paid),
        "cash": cash,
        "awaited": awaited,
        "followed": _followed(order, paid),
        "transfer_left": awaited.amount_minor if awaited else lacking_minor(order, paid),
        "today_iso": today().isoformat(),
        "to_collect": rows.to_collect(cash) if cash else 0,
        "credits": credits_of(order),
        "rest": credit_for_rest(order) if can_cancel_rest(order) else None,
        "shipping_left": shipping_left_to_credit(order, lines, returns),
        "decimals": decimals_of(order.currency),
        "locale": current_store().language,
        "timeline": timeline_rows(order),
        "signs": [*warning_signs(order), *undelivered_signs(order)],
        "failure_reasons": FailureReason.choices,
        "refused_address": find_refused_address(order.email),
        "tags": ", ".join(each.tag for each in order.tags.all()),
        "known_tags": list_tags(),
        "seller_tax_label": tax_number_label(current_store().country),
        "number_words": words_of_evidence(order.tax_evidence),
        "certificate_words": certificate_words(order.tax_evidence),
        "request_key": random_token(),
        "return_requests": list_requests_of(order) if request.user.has_perm(SEES_RETURNS) else [],
        **_related(order, request),
        "sold_cards": list_sold(order) if request.user.has_perm(SEES_CARDS) else [],
        "documents": documents if request.user.has_perm(SEES_DOCUMENTS) else [],
        "allowed": {
            **_allowed(order, paid, request),
            "invoice": all(map(is_cancelled, documents))
            and is_worth_offering(order)
            and may(request, "invoice"),
        },
    }


def _related(order: Order, request: HttpRequest) -> dict[str, Any]:
    """Other orders: the one it replaces, those in the same parcel, and those it was split from or into. What connected systems know
    of it."""
    return {
        "systems": present_systems(order, request),
        "replaces": find_origin(order),
        "sent_with": list_sent_with(order),
        "mates": list_parcel_mates(order),
        "origin": find_split_origin(order),
        "split_off": list_split_off(order),
    }


def _lines_of(order: Order) -> list[Any]:
    """Each with its awaited pieces, while something is to be sent: they go into no parcel yet."""
    lines: list[Any] = list(order.lines.all())
    waiting = waiting_lines(order, lines) if can_ship(order) else {}
    for line in lines:
        line.waiting = waiting.get(line.pk)
        line.sendable = line.open_quantity - (line.waiting.quantity if line.waiting else 0)
    return lines


def _present_refunding(order: Order, paid: list[Payment]) -> dict[str, Any]:
    """The payments that can be refunded, money before stored value, and where a refund can go."""
    left = [payment for payment in paid if payment.refundable_minor > 0]
    if sum(payment.refundable_minor for payment in left) <= vouchers_kept(order):
        left = []  # what gift cards cost is refunded on their pages
    left.sort(key=lambda each: (each.is_stored_value, each.pk))
    return {
        "refundable": left[0] if left else None,
        "refunds_by_hand": bool(left) and is_booked_by_staff(left[0].gateway),
        "refundables": [{"row": each, "words": paid_with(each)} for each in left],
        "refund_ways": [(way.value, way.label) for way in list_destinations(order)],
    }


def _present_parcel(
    shipment: Shipment, rows: Parcels, cash: Payment | None, request: HttpRequest
) -> dict[str, Any]:
    returns = [each for each in rows.returns if each.shipment_id == shipment.pk]
    return {
        "row": shipment,
        "lines": list(shipment.lines.all()),
        "out": [
            line
            for line in shipment.lines.all()
            if line.out_quantity and not line.order_line.is_digital
        ],
        "returns": returns,
        "expected_reason": next((r.reason for r in returns if r.state == ReturnState.EXPECTED), ""),
        "cash_minor": rows.cash_with(cash, shipment.pk) if cash and can_deliver(shipment) else 0,
        "allowed": {
            verb: is_possible(shipment) and may(request, verb)
            for verb, is_possible in _PARCEL_BUTTONS.items()
        },
    }


def _is_awaited(payment: Payment) -> bool:
    """Whether staff can say that its money came, by a transfer: also late, after the order was cancelled."""
    is_open = payment.state in (*OPEN_STATES, PaymentState.CANCELLED)
    return is_open and is_booked_by_staff(payment.gateway)


def _followed(order: Order, paid: list[Payment]) -> Payment | None:
    """The latest transfer of an order of which less came: staff can book one more."""
    if order.payment_state != OrderPaymentState.UNDERPAID or order.is_cancelled:
        return None
    came = [each for each in paid if can_be_followed(each)]
    return max(came, key=lambda each: (each.created_at, each.pk), default=None)


def _can_book_transfer(order: Order, paid: list[Payment]) -> bool:
    return any(_is_awaited(each) for each in paid) or _followed(order, paid) is not None


def _present_payment(payment: Payment) -> dict[str, Any]:
    return {
        "row": payment,
        "gateway": paid_with(payment),
        "is_by_hand": payment.pays_on_delivery or is_booked_by_staff(payment.gateway),
        "amount": _came_of(payment),
        "refunds": [
            {"row": refund, "worth": worth_of_refund(refund)} for refund in payment.refunds.all()
        ],
    }


def _came_of(payment: Payment) -> str:
    """The amount, and of what came in part how much that is."""
    asked = money(payment.amount_minor, payment.currency)
    if not 0 < payment.captured_minor < payment.amount_minor:
        return asked
    came = money(payment.captured_minor, payment.currency)
    return gettext("%(came)s of %(asked)s") % {"came": came, "asked": asked}


def _allowed(order: Order, paid: list[Payment], request: HttpRequest) -> dict[str, bool]:
    """Buttons of the order by the same tables the services obey; the services have the last word."""
    lacks_right = not may(request, "refund") and gives_money_back(order, paid)
    return {
        "ship": can_ship(order) and may(request, "ship"),
        "transfer": _can_book_transfer(order, paid) and may(request, "transfer"),
        "confirm": order.awaits_confirmation and may(request, "confirm"),
        "cancel": can_cancel(order) and may(request, "cancel") and not lacks_right,
        "rest": can_cancel_rest(order) and may(request, "rest"),
        "refund": any(p.refundable_minor > 0 for p in paid) and may(request, "refund"),
        "lacks_right": can_cancel(order) and may(request, "cancel") and lacks_right,
        "settle": may(request, "refund"),
        "credit": may(request, "refund"),
        "note": may(request, "note"),
        "hold": can_hold(order) and may(request, "hold"),
        "release": order.is_on_hold and may(request, "release"),
        "tags": may(request, "tags"),
        "message": may(request, "message"),
        "edit": can_cancel_lines(order) and may(request, "edit"),
        "together": may(request, "together"),
    }
