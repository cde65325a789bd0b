"""The mail about the steps of a return."""

from django.utils.translation import gettext_lazy as _

from apps.fulfilment.mail_types import of_order
from apps.fulfilment.mail_variables import ADDRESS, GOODS, ORDER
from apps.notifications.mail_registry import MailType, amount, flag, mail_type, moment, text
from apps.orders.models import Order
from apps.returns.mails import mail_news
from apps.returns.models import ReturnRequest


def _write_latest(order: Order) -> None:
    request = ReturnRequest.objects.select_related("order").filter(order=order).last()
    if request is not None:
        mail_news(request, "approved")


mail_type(
    MailType(
        code="return_news",
        name=_("Steps of a return"),
        sent_when=_(
            "A return was asked for, approved or refused, has a label, arrived, was exchanged, not accepted, or has ended."
        ),
        variables=(
            *ORDER,
            text(
                "news",
                _(
                    "The step: requested, approved, refused, label, received, exchanged, not_accepted or expired"
                ),
                "approved",
            ),
            text("return_number", _("Number of the return"), "R-2B4D"),
            text("refund_place", _("Where the money can be spent, if it stays in the store"), ""),
            text("decision", _("What staff wrote about it"), ""),
            moment("send_by", _("Until when the goods are to be sent"), "28 March 2026"),
            ADDRESS,
            text("replacement", _("Number of the order that replaces it"), ""),
            flag("is_difference_due", _("The replacement costs more, and that is not paid yet")),
            amount("refund", _("What goes back, if the replacement costs less"), ""),
            GOODS,
        ),
        write_real=of_order(_write_latest),
    )
)
