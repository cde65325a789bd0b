"""The contents of mails about parcels: on its way, not delivered, arrived, to be followed elsewhere."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from apps.common.habits import spelling_of
from apps.fulfilment.answer_links import make_answer_link
from apps.fulfilment.mail_amounts import language_of
from apps.fulfilment.mails import Facts, address_of, item_of, money_of, pickup_facts, send_to_buyer
from apps.fulfilment.models import Shipment
from apps.fulfilment.selectors import cash_due_with
from apps.fulfilment.states import ShipmentState
from apps.notifications.attachments import Attachment
from apps.platform.selectors import get_store, store_url
from apps.tenancy.context import current_store


def mail_shipment(shipment: Shipment, *, attachment: Attachment | None = None) -> None:
    """Mail: the contents of a parcel and its tracking. Cash that is due with it: parcels sent before arrive before."""
    order = shipment.order
    before = Shipment.objects.filter(order=order, state=ShipmentState.SHIPPED, pk__lt=shipment.pk)
    cash_minor = cash_due_with(shipment, order=order, after=before)
    packed = shipment.lines.select_related("order_line").order_by("order_line__position")
    facts: Facts = {
        "shipment": _tracking(shipment),
        "lines": [item_of(row.order_line, row.quantity) for row in packed],
        "address": address_of(order, language_of(order)),
        "is_partial": any(line.open_quantity for line in order.lines.all()),
        "is_further": order.shipments.filter(created_at__lt=shipment.created_at).exists(),
        "to_pay": money_of(order, cash_minor) if cash_minor else "",
        "pickup": pickup_facts(shipment, order),
    }
    send_to_buyer(order, "order_shipped", about=shipment.pk, facts=facts, attachment=attachment)


def mail_delivery(shipment: Shipment) -> None:
    """Mail: a parcel has arrived. Once for a parcel, also if its delivery is undone and noted again."""
    order = shipment.order
    packed = shipment.lines.select_related("order_line").order_by("order_line__position")
    facts: Facts = {
        "lines": [item_of(row.order_line, row.quantity) for row in packed],
        "address": address_of(order, language_of(order)),
        "is_pickup": bool(shipment.pickup_code),
        "received_by": shipment.received_by,
        "is_partial": any(line.open_quantity for line in order.lines.all()),
        "paid": money_of(order, shipment.cash_minor) if shipment.cash_minor else "",
    }
    send_to_buyer(order, "order_delivered", about=shipment.pk, facts=facts)


def mail_failure(shipment: Shipment) -> None:
    """Mail: the carrier could not deliver the parcel; the link leads to the page that asks what is next. Once for each
    attempt."""
    order = shipment.order
    with translation.override(spelling_of(language_of(order), current_store().country)):
        reason = str(shipment.get_failure_reason_display())
    link = make_answer_link(shipment)
    page = reverse("storefront:parcel_answer", args=[link], urlconf=settings.STORE_URLCONF)
    cash_minor = cash_due_with(shipment, order=order)
    facts: Facts = {
        "answer_url": store_url(get_store(current_store().id), page),
        "shipment": _tracking(shipment),
        "reason": reason,
        "to_pay": money_of(order, cash_minor) if cash_minor else "",
    }
    about = f"{shipment.pk}-{shipment.failed_attempts}"
    send_to_buyer(order, "order_attempt_failed", about=about, facts=facts)


def mail_tracking(shipment: Shipment, *, event_ref: str) -> None:
    """Mail: the parcel has another carrier or tracking number."""
    send_to_buyer(
        shipment.order,
        "order_tracking",
        about=event_ref,
        facts={"shipment": _tracking(shipment)},
    )


def _tracking(shipment: Shipment) -> dict[str, str]:
    return {
        "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number,
        "tracking_url": shipment.tracking_url,
    }
