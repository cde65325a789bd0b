"""The mails about webhooks."""

from django.utils.translation import gettext_lazy as _

from apps.notifications.mail_registry import MailType, link, mail_type, text

mail_type(
    MailType(
        "webhook_switched_off",
        _("A webhook endpoint was switched off"),
        _("Nothing could be delivered to a partner's program for a week, or it is gone."),
        (
            text("address", _("Its address"), "https://erp.example/hooks"),
            text("reason", _("Why"), "Nothing was delivered for a week"),
            link("url", _("Its page in the admin"), "https://shop.example/admin/"),
        ),
        to_staff=True,
    )
)
