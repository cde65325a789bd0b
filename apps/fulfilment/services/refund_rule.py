"""What a buyer gets back for a parcel that never reached them."""

from apps.fulfilment.models import DeliverySettings
from apps.fulfilment.services.crediting import Credit
from apps.fulfilment.states import UndeliveredRefund
from apps.orders.models import Order
from apps.payments.selectors import get_payment_of
from apps.tenancy.single_rows import single_row


def credit_for_undelivered(order: Order) -> Credit | None:
    """By the store's rule. None where it says nothing, and for cash on delivery, which is not due any more by itself."""
    payment = get_payment_of(order)
    if payment is not None and payment.pays_on_delivery:
        return None
    row = single_row(DeliverySettings)
    if row.undelivered_refund == UndeliveredRefund.NOTHING:
        return None
    return Credit(with_shipping=row.undelivered_refund == UndeliveredRefund.ALL)
