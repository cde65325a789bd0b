"""The mail with a gift card."""

from django.utils.translation import gettext_lazy as _

from apps.notifications.mail_registry import MailType, amount, link, mail_type, moment, text

mail_type(
    MailType(
        code="gift_card",
        name=_("Gift card"),
        sent_when=_("A gift card was issued for an address."),
        variables=(
            amount("amount", _("What is on it"), "₹1,000.00"),
            text("code", _("Its code"), "GIFT-7K3M-Q9TX-2B4D"),
            text("recipient", _("For whom it is, if the giver said so"), "Asha"),
            text("sender", _("From whom it is, if the giver said so"), "Ravi"),
            text("message", _("What the giver wrote"), _("Happy birthday, Asha!")),
            moment("expires_on", _("Until when it can be used, if it expires"), "14 March 2027"),
            link("url", _("Page of its balance"), "https://chai.example/gift-card/"),
        ),
    )
)
