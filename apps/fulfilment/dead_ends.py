"""Orders and parcels that go no further by themselves."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.money import format_money, from_minor
from apps.common.progress import show_message
from apps.fulfilment import desk, services
from apps.fulfilment.models import ParcelReturn, Shipment
from apps.fulfilment.services.cancelling import NOT_PAID_IN_TIME
from apps.fulfilment.states import ReturnState, ShipmentState
from apps.gateways.installed import gateway_label
from apps.orders.models import Order
from apps.orders.states import (
    SHIPPABLE_PAYMENT,
    FulfilmentState,
    OrderPaymentState,
)
from apps.payments import services as payments
from apps.payments.errors import NothingToSettle
from apps.payments.models import Payment
from apps.payments.selectors import list_payment_methods
from apps.payments.states import OPEN_STATES, PaymentState
from apps.platform.dead_ends import DeadEnd, Kind, Rows, dead_end, states, stuck_before
from apps.tenancy.context import current_store

_SHIPS_WITHIN: Final = timedelta(days=7)
_PAYS_WITHIN: Final = timedelta(days=7)
_ARRIVES_WITHIN: Final = timedelta(days=21)
_P, _F = OrderPaymentState, FulfilmentState
_NEVER_PAID: Final = (_P.UNPAID, _P.PENDING, _P.CONFIRMING, _P.FAILED, _P.VOID)


def _open_payments() -> Exists:
    return Exists(Payment.objects.filter(order=OuterRef("pk"), state__in=OPEN_STATES))


def _expired() -> QuerySet[Payment]:
    """A sandbox asks no provider about its copies."""
    rows = Payment.objects.filter(state__in=OPEN_STATES, expires_at__lt=stuck_before())
    if current_store().is_sandbox:
        return rows.none()
    return rows.select_related("order").order_by("expires_at", "id")


def _unanswered() -> QuerySet[Payment]:
    rows = Payment.objects.filter(
        state__in=OPEN_STATES,
        expires_at__isnull=True,
        pays_on_delivery=False,
        created_at__lt=now() - _PAYS_WITHIN,
    )
    return rows.select_related("order").order_by("created_at", "id")


def _unpaid() -> QuerySet[Order]:
    """Nothing can be paid any more, and the order stands."""
    rows = Order.objects.filter(
        ~_open_payments(),
        cancelled_at__isnull=True,
        fulfilment_state=_F.UNFULFILLED,
        payment_state__in=_NEVER_PAID,
        placed_at__lt=stuck_before(),
    )
    return rows.order_by("placed_at", "id")


def _underpaid() -> QuerySet[Order]:
    rows = Order.objects.filter(
        ~_open_payments(), cancelled_at__isnull=True, payment_state=_P.UNDERPAID
    )
    return rows.order_by("placed_at", "id")


def _late() -> QuerySet[Order]:
    rows = Order.objects.filter(
        cancelled_at__isnull=True,
        needs_shipping=True,
        fulfilment_state__in=(_F.UNFULFILLED, _F.PARTIAL),
        payment_state__in=SHIPPABLE_PAYMENT,
        placed_at__lt=now() - _SHIPS_WITHIN,
    )
    return rows.order_by("placed_at", "id")


def _lost() -> QuerySet[Shipment]:
    rows = Shipment.objects.filter(
        state=ShipmentState.SHIPPED, shipped_at__lt=now() - _ARRIVES_WITHIN
    )
    return rows.select_related("order").order_by("shipped_at", "id")


def _not_back() -> QuerySet[ParcelReturn]:
    rows = ParcelReturn.objects.filter(
        state=ReturnState.EXPECTED,
        shipment__back_at=None,
        created_at__lt=now() - _ARRIVES_WITHIN,
    )
    return rows.select_related("order", "shipment").order_by("created_at", "id")


def _of_payment(payment: Payment) -> DeadEnd:
    gateway, said = gateway_label(payment.gateway), show_message(payment.failure_message)
    silent = gettext("It was not paid in time, and %(gateway)s does not say that it takes no more.")
    asked = gettext("The customer was asked to pay and has not paid.")
    why = silent % {"gateway": gateway} if payment.expires_at else asked
    return DeadEnd(
        key=str(payment.pk),
        what=_name_of(payment.order),
        since=payment.expires_at or payment.created_at + _PAYS_WITHIN,
        why=" ".join(filter(None, [why, said])),
        order_id=payment.order_id,
    )


def _name_of(order: Order) -> str:
    total = format_money(from_minor(order.total_minor, order.currency), current_store().language)
    return gettext("Order %(number)s of %(total)s") % {"number": order.number, "total": total}


def _of_order(why: str, *, after: timedelta = timedelta()) -> Callable[[Order], DeadEnd]:
    """`after`: how long it may be as it is."""

    def describe(order: Order) -> DeadEnd:
        said = gettext(why) % {"state": order.get_payment_state_display()}
        return DeadEnd(str(order.pk), _name_of(order), order.placed_at + after, said, order.pk)

    return describe


def _of_parcel(parcel: Shipment) -> DeadEnd:
    return DeadEnd(
        key=str(parcel.pk),
        what=gettext("Parcel %(number)s") % {"number": parcel.number},
        since=(parcel.shipped_at or parcel.created_at) + _ARRIVES_WITHIN,
        why=gettext("It left three weeks ago or earlier, and no delivery is recorded."),
        order_id=parcel.order_id,
    )


def _of_failed(parcel: Any) -> DeadEnd:
    """One of `desk.failed`."""
    return DeadEnd(
        key=str(parcel.pk),
        what=gettext("Parcel %(number)s") % {"number": parcel.number},
        since=parcel.failed_at or parcel.shipped_at or parcel.created_at,
        why=gettext(
            "The carrier could not deliver it. Choose another attempt, or let it come back."
        ),
        order_id=parcel.order_id,
        part=f"parcel-{parcel.pk}",
    )


def _of_back(parcel: Shipment) -> DeadEnd:
    return DeadEnd(
        key=str(parcel.pk),
        what=gettext("Parcel %(number)s") % {"number": parcel.number},
        since=parcel.back_at or parcel.created_at,
        why=gettext(
            "It was not delivered and is back here. Look at it, and record with “Came back…” what goes to stock and what "
            "is written off."
        ),
        order_id=parcel.order_id,
        part=f"parcel-{parcel.pk}",
    )


def _of_return(row: ParcelReturn) -> DeadEnd:
    return DeadEnd(
        key=str(row.pk),
        what=gettext("Parcel %(number)s on its way back") % {"number": row.shipment.number},
        since=row.created_at + _ARRIVES_WITHIN,
        why=gettext("It has not come back. Record what came, or write it off."),
        order_id=row.order_id,
        part=f"parcel-{row.shipment_id}",
    )


def _cancel(order: Order, actor: Actor) -> None:
    """Money that came meanwhile is not given back from here."""
    services.cancel(order=order, reason=NOT_PAID_IN_TIME, actor=actor, may_refund=False)


def _ask_for_rest(order: Order, actor: Actor) -> None:
    """By the way in which the customer paid before, if it is still offered."""
    offered = [each.code for each in list_payment_methods() if not each.pays_on_delivery]
    used = Payment.objects.filter(order=order).order_by("-created_at", "-id")
    known = [code for code in used.values_list("gateway", flat=True) if code in offered]
    codes = [*known, *offered]
    if not codes:
        raise NothingToSettle(gettext("The store offers no way to pay."))
    payments.ask_for_rest(order=order, gateway_code=codes[0], actor=actor)


dead_end(
    Kind(
        code="fulfilment.expired",
        title=_("Orders that were not paid in time and can't be cancelled"),
        button=_("Try again"),
        found=Rows(_expired),
        describe=_of_payment,
        resolve=lambda payment, actor: services.expire_unpaid_order(payment=payment),
        sees="orders.view_order",
        needs="orders.change_order",
        covers=states(PaymentState.PENDING, PaymentState.FAILED),
    )
)
dead_end(
    Kind(
        code="fulfilment.unanswered",
        title=_("Requests to pay without an answer"),
        button=_("Cancel the order"),
        found=Rows(_unanswered),
        describe=_of_payment,
        resolve=lambda payment, actor: services.cancel(
            order=payment.order, reason=NOT_PAID_IN_TIME, actor=actor
        ),
        sees="orders.view_order",
        needs="payments.add_refund",  # what was paid of it goes back
    )
)
dead_end(
    Kind(
        code="fulfilment.unpaid",
        title=_("Orders that can't be paid any more"),
        button=_("Cancel the order"),
        found=Rows(_unpaid),
        describe=_of_order(gettext_noop("The order is %(state)s, and no payment of it is open.")),
        resolve=_cancel,
        sees="orders.view_order",
        needs="orders.change_order",
        covers=states(*_NEVER_PAID),
    )
)
dead_end(
    Kind(
        code="fulfilment.underpaid",
        title=_("Orders for which less came than was to be paid"),
        button=_("Ask for the rest"),
        found=Rows(_underpaid),
        describe=_of_order(gettext_noop("The order is %(state)s, and nothing more was asked for.")),
        resolve=_ask_for_rest,
        sees="orders.view_order",
        needs="payments.add_refund",
        covers=states(_P.UNDERPAID),
    )
)
dead_end(
    Kind(
        code="fulfilment.late",
        title=_("Orders that wait for a parcel for more than a week"),
        button=_("Ship or cancel"),
        found=Rows(_late),
        describe=_of_order(
            gettext_noop("The order is %(state)s, and not everything of it has left."),
            after=_SHIPS_WITHIN,
        ),
        resolve=None,
        sees="orders.view_order",
        needs="orders.change_order",
        covers=states(
            _P.AUTHORIZED,
            _P.PARTIALLY_CAPTURED,
            _P.CASH_DUE,
            _P.PARTIALLY_PAID,
            _F.UNFULFILLED,
            _F.PARTIAL,
        ),
    )
)
dead_end(
    Kind(
        code="fulfilment.parcel",
        title=_("Parcels that have not arrived"),
        button=_("It has arrived"),
        found=Rows(_lost),
        describe=_of_parcel,
        resolve=lambda parcel, actor: services.mark_delivered(shipment=parcel, actor=actor),
        sees="fulfilment.view_shipment",
        needs="fulfilment.change_shipment",
        covers=states(ShipmentState.SHIPPED, _F.SHIPPED),
    )
)
dead_end(
    Kind(
        code="fulfilment.undelivered",
        title=_("Parcels that a carrier could not deliver"),
        button=_("Decide"),
        found=Rows(desk.failed),
        describe=_of_failed,
        resolve=None,
        sees="fulfilment.view_shipment",
        needs="fulfilment.change_shipment",
        covers=states(ShipmentState.FAILED),
    )
)
dead_end(
    Kind(
        code="fulfilment.back",
        title=_("Undelivered parcels that are back here, to be looked at"),
        button=_("Record what came back"),
        found=Rows(desk.back),
        describe=_of_back,
        resolve=None,
        sees="fulfilment.view_shipment",
        needs="fulfilment.add_parcelreturn",
        covers=states(ShipmentState.RETURNING),
    )
)
dead_end(
    Kind(
        code="fulfilment.return",
        title=_("Parcels that have not come back"),
        button=_("Record it"),
        found=Rows(_not_back),
        describe=_of_return,
        resolve=None,
        sees="fulfilment.view_shipment",
        needs="fulfilment.add_parcelreturn",
        covers=states(ShipmentState.RETURNING, ReturnState.EXPECTED),
    )
)
