"""Mails to buyers and staff about orders. Each mail is written once, however often its message is delivered."""

from uuid import UUID

from apps.checkout.models import DraftOrder
from apps.events.consumers import Message, consumes
from apps.fulfilment import mails, parcel_mails, services
from apps.fulfilment.change_mails import mail_change, mail_days, mail_pickup
from apps.fulfilment.code_messages import send_code
from apps.fulfilment.draft_mails import mail_draft
from apps.fulfilment.models import ParcelReturn, Shipment
from apps.fulfilment.papers import Occasion, paper_for
from apps.fulfilment.states import ShipmentState
from apps.gateways.installed import get_gateway
from apps.orders.models import Order, OrderEvent
from apps.orders.states import AWAITS_CASH
from apps.payments.models import Payment, Refund
from apps.payments.selectors import (
    awaits_transfer,
    can_pay_now,
    get_bank_account,
    get_payment_of,
)
from apps.payments.states import PaymentState
from apps.payments.ways import Confirmation


@consumes("order.placed")
def answer_order(message: Message) -> None:
    """An order that is paid at the door counts at once, or asks its buyer for a code; one that is paid by a transfer needs
    the account. Any other is confirmed by its payment."""
    order = _order(message)
    if order.payment_state in AWAITS_CASH:
        if order.confirmation == Confirmation.CODE:
            send_code(order.pk)
        else:
            mails.mail_confirmation(order)
    elif account := get_bank_account():
        payment = get_payment_of(order)
        if payment is not None and awaits_transfer(order, payment):
            mails.mail_transfer(order, payment, account)


@consumes("order.confirmed")
def confirm_confirmed_order(message: Message) -> None:
    """The buyer of an order that staff confirm by a call has the mail already."""
    order = _order(message)
    mails.mail_confirmation(order)
    mails.mail_staff(order)


@consumes("confirmation.code_requested")
def send_another_code(message: Message) -> None:
    send_code(UUID(message.payload["order_id"]))


@consumes("order.authorized")
def confirm_held_order(message: Message) -> None:
    """The order counts: its money is taken when it is shipped."""
    order = _order(message)
    mails.mail_confirmation(order)
    mails.mail_staff(order)


@consumes("order.paid")
def confirm_paid_order(message: Message) -> None:
    """Collected cash needs no confirmation mail: that mail was written when the order was placed."""
    order = _order(message)
    mails.mail_confirmation(order, attachment=paper_for(order, Occasion.PAID))


@consumes("order.placed")
def tell_staff_of_cash_order(message: Message) -> None:
    """Of one that its buyer confirms by a code they hear then."""
    order = _order(message)
    if order.payment_state in AWAITS_CASH and order.confirmation != Confirmation.CODE:
        mails.mail_staff(order)


@consumes("order.paid")
def tell_staff_of_paid_order(message: Message) -> None:
    """For cash on delivery the staff were notified when the order was placed."""
    order = _order(message)
    payments = Payment.objects.filter(order=order)
    if not any(get_gateway(payment.gateway).pays_on_delivery for payment in payments):
        mails.mail_staff(order)


@consumes("payment.reminder_due")
def remind_of_payment(message: Message) -> None:
    """One reminder to a buyer who left after a refused payment; none if the order is paid or being paid meanwhile."""
    payment = Payment.objects.select_related("order").get(pk=UUID(message.payload["payment_id"]))
    if payment.state == PaymentState.FAILED and can_pay_now(payment.order, payment):
        mails.mail_payment_failed(payment.order, payment)


@consumes("payment.requested")
def ask_for_payment(message: Message) -> None:
    """Staff ask for what is missing. Nothing is written when it is paid meanwhile."""
    payment = Payment.objects.select_related("order").get(pk=UUID(message.payload["payment_id"]))
    order = payment.order
    if can_pay_now(order, payment) or awaits_transfer(order, payment):
        mails.mail_payment_request(order, payment)


@consumes("order.shipped")
def tell_shipped(message: Message) -> None:
    shipments = Shipment.objects.select_related("order")
    shipment = shipments.get(pk=UUID(message.payload["shipment_id"]))
    parcel_mails.mail_shipment(shipment, attachment=paper_for(shipment.order, Occasion.SHIPPED))


@consumes("shipment.delivered")
def tell_delivered(message: Message) -> None:
    """Nothing is written when it was a mistake."""
    shipments = Shipment.objects.select_related("order")
    shipment = shipments.get(pk=UUID(message.payload["shipment_id"]))
    if shipment.state == ShipmentState.DELIVERED:
        parcel_mails.mail_delivery(shipment)


@consumes("shipment.attempt_failed")
def ask_what_is_next(message: Message) -> None:
    """Nothing is written when it was decided or delivered meanwhile."""
    shipments = Shipment.objects.select_related("order")
    shipment = shipments.get(pk=UUID(message.payload["shipment_id"]))
    if shipment.state == ShipmentState.FAILED and shipment.buyers_answer is None:
        parcel_mails.mail_failure(shipment)


@consumes("order.cancelled")
def tell_cancelled(message: Message) -> None:
    mails.mail_cancellation(_order(message), message.payload.get("reason", ""))


@consumes("order.rest_cancelled")
def tell_rest_cancelled(message: Message) -> None:
    reason, amount = message.payload.get("reason", ""), message.payload["amount_minor"]
    is_refund = message.payload.get("is_refund", False)
    mails.mail_rest_cancelled(_order(message), reason, amount, is_refund=is_refund)


@consumes("order.changed")
def tell_changed(message: Message) -> None:
    event = OrderEvent.objects.get(pk=UUID(message.payload["event_id"]))
    mail_change(_order(message), event)


@consumes("stock.days_changed")
def look_at_waiting_orders(message: Message) -> None:
    """What is awaited of them may come on another day."""
    services.note_waiting_orders(UUID(each) for each in message.payload["stock_items"])


@consumes("order.days_due")
def renew_days(message: Message) -> None:
    services.renew_days(order=_order(message))


@consumes("order.days_moved")
def tell_days(message: Message) -> None:
    event = OrderEvent.objects.get(pk=UUID(message.payload["event_id"]))
    mail_days(_order(message), event)


@consumes("order.pickup_moved")
def tell_pickup_moved(message: Message) -> None:
    event = OrderEvent.objects.get(pk=UUID(message.payload["event_id"]))
    mail_pickup(_order(message), event)


@consumes("return.received")
def tell_returned(message: Message) -> None:
    returns = ParcelReturn.objects.select_related("order")
    mails.mail_return(returns.get(pk=UUID(message.payload["return_id"])))


@consumes("shipment.corrected")
def tell_tracking(message: Message) -> None:
    """Only at the request of staff: most corrections do not concern the buyer."""
    if message.payload["is_buyer_told"]:
        shipment = Shipment.objects.select_related("order").get(
            pk=UUID(message.payload["shipment_id"])
        )
        parcel_mails.mail_tracking(shipment, event_ref=message.payload["event_id"])


@consumes("draft_order.sent")
def offer_draft(message: Message) -> None:
    """Nothing is written when it was changed or ordered meanwhile."""
    draft = DraftOrder.objects.filter(pk=UUID(message.payload["draft_id"])).first()
    if draft is not None and draft.is_payable and draft.version == message.payload["version"]:
        mail_draft(draft)


@consumes("order.message_added")
def tell_message(message: Message) -> None:
    """What staff have written for the buyer."""
    event = OrderEvent.objects.get(pk=UUID(message.payload["event_id"]))
    mails.mail_message(_order(message), event)


@consumes("order.refunded")
def tell_refunded(message: Message) -> None:
    refund = Refund.objects.get(pk=UUID(message.payload["refund_id"]))
    if refund.pays_order:
        return  # the money pays another order
    mails.mail_refund(_order(message), refund)


def _order(message: Message) -> Order:
    return Order.objects.get(pk=UUID(message.payload["order_id"]))
