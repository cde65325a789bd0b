"""Where a refund of an order can go."""

from django.utils.translation import gettext

from apps.giftcards.errors import NoStoreCredit
from apps.orders.models import Order
from apps.payments.errors import NotRefundable
from apps.payments.states import RefundTo
from apps.tenancy.context import current_store


def list_destinations(order: Order) -> list[RefundTo]:
    """Where it was paid from, always. What stays in the store is in its currency and has an owner: an account, or an
    address that gets the code."""
    places = [RefundTo.SOURCE]
    if order.currency != current_store().currency:
        return places
    if order.customer_id is not None:
        places.append(RefundTo.STORE_CREDIT)
    if order.email:
        places.append(RefundTo.GIFT_CARD)
    return places


def require_destination(order: Order, destination: RefundTo) -> None:
    """Raises `NoStoreCredit` for an order without a customer, `NotRefundable` for other places that it has not."""
    if destination in list_destinations(order):
        return
    if destination == RefundTo.STORE_CREDIT and order.customer_id is None:
        raise NoStoreCredit
    raise NotRefundable(
        gettext("This order can only be refunded to where it was paid from."), refundable_minor=0
    )
