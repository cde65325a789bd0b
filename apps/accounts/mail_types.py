"""The mails about a store itself."""

from django.utils.translation import gettext_lazy as _

from apps.notifications.mail_registry import MailType, link, mail_type, text

mail_type(
    MailType(
        code="store_status",
        name=_("State of the store, to its owners"),
        sent_when=_("The platform suspends, reinstates, archives, publishes or hides the store."),
        variables=(
            text(
                "change",
                _("What happened: suspended, reinstated, archived, published or unpublished"),
                "reinstated",
            ),
            text("reason", _("The reason, as the platform wrote it"), _("The plan is paid again.")),
            text("contact", _("Where to ask"), "platform@example.com"),
            link("url", _("The admin, while it is open"), "https://chai.example/admin/"),
        ),
        to_staff=True,
    )
)
