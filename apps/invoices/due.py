"""When an order has its invoice."""

from apps.fulfilment.papers import Occasion
from apps.invoices.kinds import IssueOn
from apps.invoices.selectors import get_invoice_settings
from apps.orders.models import Order
from apps.orders.states import FulfilmentState
from apps.payments.models import Payment


def is_due(order: Order, occasion: Occasion) -> bool:
    """Cash on delivery has its invoice with the first parcel already; an order of downloads alone is never shipped."""
    if not order.total_minor:
        return False
    made_on = get_invoice_settings().issued_on
    if occasion is Occasion.SHIPPED:
        return made_on != IssueOn.STAFF
    is_sent = order.fulfilment_state != FulfilmentState.UNFULFILLED
    # its first parcel left with a part of the money that a bank held: it was not sold then
    is_time = made_on == IssueOn.PAYMENT or (made_on == IssueOn.SHIPMENT and is_sent)
    is_paid_for = is_time and not _is_cash(order)
    return is_paid_for or (made_on != IssueOn.STAFF and order.is_download)


def _is_cash(order: Order) -> bool:
    return Payment.objects.filter(order=order, pays_on_delivery=True).exists()
