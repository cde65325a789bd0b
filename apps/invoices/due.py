"""When an order has its invoice."""

from apps.fulfilment.papers import Occasion
from apps.invoices.kinds import IssueOn
from apps.invoices.selectors import get_invoice_settings
from apps.orders.models import Order
from apps.payments.models import Payment


def is_due(order: Order, occasion: Occasion) -> bool:
    """Cash on delivery has its invoice with the first parcel already; an order of downloads alone is never shipped."""
    if not order.total_minor:
        return False
    made_on = get_invoice_settings().issued_on
    if occasion is Occasion.SHIPPED:
        return made_on != IssueOn.STAFF
    is_paid_for = made_on == IssueOn.PAYMENT and not _is_cash(order)
    return is_paid_for or (made_on != IssueOn.STAFF and order.is_download)


def _is_cash(order: Order) -> bool:
    return Payment.objects.filter(order=order, pays_on_delivery=True).exists()
