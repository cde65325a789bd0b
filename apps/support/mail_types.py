"""The mails about tickets."""

from django.utils.translation import gettext_lazy as _

from apps.notifications.mail_registry import (
    MailType,
    Variable,
    flag,
    link,
    mail_type,
    number,
    text,
)

_TICKET: tuple[Variable, ...] = (
    text("number", _("Number of the request"), "7K3M-Q9TX"),
    text("subject", _("Its subject"), _("Where is my parcel?")),
    text("name", _("Name of the person"), "Asha Rao"),
    link("url", _("Page of the request, without a login"), "https://chai.example/requests/abc/"),
    flag("is_answerable", _("The mail can be answered"), example=True),
)
_ASKS = flag("asks", _("The store asks how its help was"), example=True)

mail_type(
    MailType(
        code="ticket_received",
        name=_("Request received"),
        sent_when=_("A person wrote to the store."),
        variables=_TICKET,
        automation="auto-replied",
    )
)
mail_type(
    MailType(
        code="ticket_answer",
        name=_("Answer to a request"),
        sent_when=_("Staff have answered."),
        variables=(
            *_TICKET,
            text("text", _("The answer"), _("It leaves us tomorrow.")),
            text("author", _("Who answers"), "Meera"),
            number("file_count", _("How many files are with it"), 1),
            _ASKS,
            flag("is_solved", _("It is solved with this answer")),
        ),
        automation="",
    )
)
mail_type(
    MailType(
        code="ticket_solved",
        name=_("Request solved"),
        sent_when=_("Staff say that a request is solved."),
        variables=(*_TICKET, _ASKS),
    )
)
mail_type(
    MailType(
        code="ticket_breach",
        name=_("Late ticket, to staff"),
        sent_when=_("A target of the support desk was missed."),
        variables=(
            text("number", _("Number of the ticket"), "7K3M-Q9TX"),
            text("subject", _("Its subject"), _("Where is my parcel?")),
            flag("is_first", _("The first answer is late"), example=True),
            link("url", _("Page of the ticket in the admin"), "https://chai.example/admin/"),
        ),
        to_staff=True,
    )
)
