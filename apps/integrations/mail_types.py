"""The mails about connected systems."""

from django.utils.translation import gettext_lazy as _

from apps.notifications.mail_registry import MailType, flag, link, mail_type, moment, text

_SYSTEM = text("system", _("The system"), "EasyEcom")
_PAGE = link("url", _("Its page in the admin"), "https://chai.example/admin/")

mail_type(
    MailType(
        "integration_silent",
        _("A connected system is silent, to the staff"),
        _(
            "Nothing was heard of it for a day though orders are open, or it refuses the credentials."
        ),
        (
            _SYSTEM,
            flag("is_refused", _("Whether it refuses the credentials")),
            moment("since", _("When it was heard of last"), "24 Nov 2026, 3:23 pm"),
            _PAGE,
        ),
        to_staff=True,
    )
)
mail_type(
    MailType(
        "integration_heard",
        _("A connected system is heard again, to the staff"),
        _("It was silent or refused the credentials, and that is over."),
        (
            _SYSTEM,
            moment("since", _("When the mail before was written"), "24 Nov 2026, 3:23 pm"),
            _PAGE,
        ),
        to_staff=True,
    )
)
