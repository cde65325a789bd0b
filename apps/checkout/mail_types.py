"""The mails of checkout that a buyer may refuse."""

from django.utils.translation import gettext_lazy as _

from apps.checkout.reminders import KIND
from apps.notifications.mail_registry import (
    MailKind,
    MailType,
    amount,
    items,
    link,
    mail_kind,
    mail_type,
    text,
)

mail_kind(
    MailKind(
        code=KIND,
        title=_("Reminders of your cart"),
        description=_("A mail when you have left something in your cart."),
    )
)

mail_type(
    MailType(
        code="cart_reminder",
        name=_("Reminder of a cart"),
        sent_when=_("A buyer who has asked for it has left a cart for as long as the store says."),
        kind=KIND,
        variables=(
            amount("subtotal", _("What the goods cost today"), "₹1,240.00"),
            link("url", _("The page that shows the cart"), "https://shop.example/cart/"),
            link("unsubscribe_url", _("No more reminders"), "https://shop.example/mails/"),
            items(
                "lines",
                _("What is in the cart and available"),
                text("title", _("Product"), "Morning Mug (Indigo)"),
                text("quantity", _("Pieces"), "2"),
            ),
        ),
    )
)
