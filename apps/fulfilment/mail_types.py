"""The mails about orders and parcels."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from apps.fulfilment import mails, parcel_mails
from apps.fulfilment.mail_variables import (
    ADDRESS,
    ATTACHED,
    BILL,
    CHANGED,
    GOODS,
    ITEM,
    LINES,
    ORDER,
    PICKUP,
    REASON,
    SHIPMENT,
    tax,
)
from apps.fulfilment.models import ParcelReturn, Shipment
from apps.notifications.mail_registry import (
    MailType,
    amount,
    flag,
    items,
    link,
    mail_type,
    moment,
    number,
    text,
)
from apps.orders.finding import find_by_number
from apps.orders.models import Order
from apps.payments.models import Payment, Refund


def of_order(write: Callable[[Order], object]) -> Callable[[str], None]:
    """A preview about the order of that number; nothing where there is none."""

    def write_real(order_number: str) -> None:
        order = Order.objects.filter(pk__in=find_by_number(order_number)).first()
        if order is not None:
            write(order)

    return write_real


def _latest_shipment(order: Order) -> Shipment | None:
    return Shipment.objects.select_related("order").filter(order=order).order_by("-pk").first()


def _write_shipment(order: Order) -> None:
    if shipment := _latest_shipment(order):
        parcel_mails.mail_shipment(shipment)


def _write_tracking(order: Order) -> None:
    if shipment := _latest_shipment(order):
        parcel_mails.mail_tracking(shipment, event_ref="preview")


def _write_delivery(order: Order) -> None:
    if shipment := _latest_shipment(order):
        parcel_mails.mail_delivery(shipment)


def _write_failure(order: Order) -> None:
    if shipment := _latest_shipment(order):
        parcel_mails.mail_failure(shipment)


def _write_refund(order: Order) -> None:
    refund = Refund.objects.filter(payment__order=order).order_by("-pk").first()
    if refund is not None:
        mails.mail_refund(order, refund)


def _write_return(order: Order) -> None:
    row = ParcelReturn.objects.select_related("order").filter(order=order).order_by("-pk").first()
    if row is not None:
        mails.mail_return(row)


def _write_payment(write: Callable[[Order, Payment], object]) -> Callable[[Order], None]:
    def write_latest(order: Order) -> None:
        payment = Payment.objects.filter(order=order).order_by("-pk").first()
        if payment is not None:
            write(order, payment)

    return write_latest


mail_type(
    MailType(
        code="order_confirmation",
        name=_("Order confirmation"),
        sent_when=_(
            "An order counts: it is paid, its money is held, or it will be paid at the door."
        ),
        variables=(*ORDER, *BILL, ATTACHED),
        write_real=of_order(mails.mail_confirmation),
    )
)
mail_type(
    MailType(
        code="new_order",
        name=_("New order, to staff"),
        sent_when=_("There is an order to ship, for staff who want to know."),
        variables=(*ORDER, *BILL),
        to_staff=True,
        write_real=of_order(mails.mail_staff),
    )
)
mail_type(
    MailType(
        code="order_payment_failed",
        name=_("Payment failed"),
        sent_when=_("A buyer left after a refused payment: one reminder while the goods are held."),
        variables=(
            *ORDER,
            LINES,
            amount("total", _("What is to be paid"), "₹598.20"),
            moment("held_until", _("How long the goods are held"), "14 March 2026, 18:30"),
        ),
        write_real=of_order(_write_payment(mails.mail_payment_failed)),
    )
)
mail_type(
    MailType(
        code="order_payment_request",
        name=_("A rest is to be paid"),
        sent_when=_("Staff ask for the part of an order that is not paid."),
        variables=(
            *ORDER,
            amount("amount", _("What is missing"), "₹98.20"),
            amount("total", _("Total of the order"), "₹598.20"),
        ),
        write_real=of_order(_write_payment(mails.mail_payment_request)),
    )
)
mail_type(
    MailType(
        code="order_transfer",
        name=_("Account for a bank transfer"),
        sent_when=_("An order was placed that is paid by bank transfer."),
        variables=(
            *ORDER,
            LINES,
            amount("amount", _("What is to be transferred"), "₹598.20"),
            amount("total", _("Total of the order"), "₹598.20"),
            items(
                "account",
                _("The account, row by row"),
                text("label", _("Name of the row"), "IFSC"),
                text("value", _("Its value"), "HDFC0000001"),
            ),
            moment("pay_by", _("How long the goods are held"), "21 March 2026, 18:30"),
        ),
    )
)
mail_type(
    MailType(
        code="order_code",
        name=_("Code that confirms an order"),
        sent_when=_("An order that is paid on delivery must be confirmed by its buyer."),
        variables=(
            *ORDER,
            text("code", _("The code"), "481920"),
            number("minutes", _("How long it can be used, in minutes"), 15),
            amount("total", _("Total of the order"), "₹598.20"),
            moment(
                "confirm_by", _("When the order is cancelled otherwise"), "15 March 2026, 18:30"
            ),
        ),
    )
)
mail_type(
    MailType(
        code="order_shipped",
        name=_("Parcel is on its way"),
        sent_when=_("A parcel was shipped."),
        variables=(
            *ORDER,
            SHIPMENT,
            PICKUP,
            GOODS,
            ATTACHED,
            ADDRESS,
            flag("is_partial", _("More parcels follow")),
            flag("is_further", _("Another parcel was sent before")),
            amount("to_pay", _("Cash that is due with it"), ""),
        ),
        write_real=of_order(_write_shipment),
    )
)
mail_type(
    MailType(
        code="order_delivered",
        name=_("Parcel has arrived"),
        sent_when=_("A parcel was delivered, or collected by its buyer."),
        variables=(
            *ORDER,
            GOODS,
            ADDRESS,
            flag("is_pickup", _("The buyer collected it")),
            text("received_by", _("Who took it in, if the carrier says so"), "Ravi, neighbour"),
            flag("is_partial", _("More parcels follow")),
            amount("paid", _("Cash that was paid with it"), ""),
        ),
        write_real=of_order(_write_delivery),
    )
)
mail_type(
    MailType(
        code="order_attempt_failed",
        name=_("Parcel could not be delivered"),
        sent_when=_("A carrier could not deliver a parcel, and its buyer is asked what is next."),
        variables=(
            *ORDER,
            link(
                "answer_url",
                _("Page on which the buyer answers"),
                "https://chai.example/parcels/abc/",
            ),
            SHIPMENT,
            text("reason", _("Why, as the carrier says"), _("The customer was not there")),
            amount("to_pay", _("Cash that is due with it"), ""),
        ),
        write_real=of_order(_write_failure),
        required=("answer_url",),
    )
)
mail_type(
    MailType(
        code="order_tracking",
        name=_("New tracking of a parcel"),
        sent_when=_("Staff corrected the tracking of a parcel and want the buyer to know."),
        variables=(*ORDER, SHIPMENT),
        write_real=of_order(_write_tracking),
    )
)
mail_type(
    MailType(
        code="order_pickup",
        name=_("Another address to collect an order"),
        sent_when=_(
            "The pickup place of an order that waits has moved, or another one takes over."
        ),
        variables=(*ORDER, PICKUP, ADDRESS),
    )
)
mail_type(
    MailType(
        code="order_days",
        name=_("Another day of awaited pieces"),
        sent_when=_("Backordered or pre-ordered pieces come on another day than the buyer knows."),
        variables=(
            *ORDER,
            items("lines", _("The products"), *ITEM, text("awaited", _("When they come"), "")),
        ),
    )
)
mail_type(
    MailType(
        code="order_cancelled",
        name=_("Order cancelled"),
        sent_when=_("An order was cancelled before anything left."),
        variables=(
            *ORDER,
            REASON,
            GOODS,
            amount("paid", _("What was paid"), "₹598.20"),
            flag("is_paid_back", _("It was sent back already")),
        ),
        write_real=of_order(lambda order: mails.mail_cancellation(order, "")),
    )
)
mail_type(
    MailType(
        code="order_rest_cancelled",
        name=_("Rest of an order cancelled"),
        sent_when=_("Pieces that were not sent yet were cancelled."),
        variables=(
            *ORDER,
            REASON,
            GOODS,
            amount("credited", _("What they cost"), "₹299.00"),
            amount("to_pay", _("What is left to pay on delivery"), ""),
            flag("is_cash", _("The order is paid on delivery")),
        ),
        write_real=of_order(lambda order: mails.mail_rest_cancelled(order, "", 0, is_refund=True)),
    )
)
mail_type(
    MailType(
        code="order_returned",
        name=_("Return has arrived"),
        sent_when=_("A parcel came back, from the buyer or because it could not be delivered."),
        variables=(
            *ORDER,
            REASON,
            GOODS,
            flag("is_undelivered", _("It could not be delivered")),
            amount("credited", _("What the pieces cost"), "₹299.00"),
            flag("is_refund", _("Money goes back"), example=True),
            text("place", _("Where it can be spent, if it stays in the store"), ""),
            flag("is_cash", _("It was paid in cash")),
            amount("to_pay", _("What is left to pay on delivery"), ""),
        ),
        write_real=of_order(_write_return),
    )
)
mail_type(
    MailType(
        code="order_refunded",
        name=_("Refund"),
        sent_when=_("Money was given back."),
        variables=(
            *ORDER,
            amount("amount", _("This refund"), "₹299.00"),
            tax("tax", _("The tax in it")),
            amount("refunded", _("All refunds so far"), "₹299.00"),
            amount("remaining", _("What was paid in the end"), "₹299.20"),
            tax("remaining_tax", _("The tax in what was paid in the end")),
            amount("total", _("Total of the order"), "₹598.20"),
            flag("is_cash", _("The store gives cash back itself")),
            text("kept_on", _("Where it can be spent, if it stays in the store"), ""),
            flag("is_whole", _("The whole order was given back")),
            REASON,
        ),
        write_real=of_order(_write_refund),
    )
)
mail_type(
    MailType(
        code="order_message",
        name=_("Message about an order"),
        sent_when=_("Staff have written a message to the buyer."),
        variables=(*ORDER, text("words", _("The message"), _("It leaves us tomorrow."))),
        automation="",
    )
)
mail_type(
    MailType(
        code="order_changed",
        name=_("Order changed"),
        sent_when=_("Staff changed a placed order."),
        variables=(
            *ORDER,
            REASON,
            text("new_order", _("Number of the order that has the pieces now"), ""),
            items("removed", _("What is not sent any more"), *CHANGED),
            items("added", _("What was added"), *CHANGED),
            flag("is_redirected", _("It goes to another address")),
            ADDRESS,
            amount("total", _("What the order costs now"), "₹598.20"),
            amount("refunded", _("What goes back"), ""),
            amount("on_delivery", _("What is to be paid on delivery"), ""),
        ),
    )
)
mail_type(
    MailType(
        code="order_draft",
        name=_("Order that staff prepared"),
        sent_when=_("Staff send a customer the link to look at an order and pay."),
        variables=(
            amount("total", _("What it costs"), "₹598.20"),
            moment("ends", _("How long the link works"), "21 March 2026, 18:30"),
            text("words", _("What staff have written"), _("As we said on the phone.")),
            link("url", _("Page of the order"), "https://chai.example/offers/abc/"),
            items(
                "lines",
                _("The products"),
                text("title", _("Title"), "Masala chai"),
                text("quantity", _("Pieces"), "2"),
            ),
        ),
    )
)
