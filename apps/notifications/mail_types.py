"""The mail of double opt-in."""

from django.utils.translation import gettext_lazy as _

from apps.notifications.mail_registry import MailType, link, mail_type, text

mail_type(
    MailType(
        code="consent_confirm",
        name=_("Question whether mails are wanted"),
        sent_when=_(
            "A person has agreed to mails, and the store asks by mail whether that is meant (mail settings)."
        ),
        variables=(
            text("title", _("Which mails"), _("Reminders of your cart")),
            text(
                "description",
                _("What they are"),
                _("A mail when you have left something in your cart."),
            ),
            text("words", _("The words to which the person agreed"), _("Remind me of my cart")),
            link("url", _("Where it is confirmed"), "https://chai.example/mails/confirm/x/"),
        ),
        required=("url",),
    )
)
