"""Write mails to people, in the store's name.

Two steps, both through the outbox. A consumer writes the mail (`send_mail_to`): the row is the claim, and its unique
`message_ref` makes a message that comes twice write one mail. It commits together with `mail.requested`, whose consumer
gives the mail to the server (`deliver_mail`) and marks it in one transaction, holding the row.
"""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from apps.common.habits import spelling_of
from apps.common.text import NotText, line_of
from apps.common.web import clean_email
from apps.events import services as events
from apps.notifications.attachments import Attachment
from apps.notifications.errors import NotAnAddress
from apps.notifications.letterhead import Letterhead
from apps.notifications.mail_registry import kind_of
from apps.notifications.models import SentMail
from apps.notifications.requesting import request_delivery
from apps.notifications.services.consenting import unsubscribe_url
from apps.tenancy.context import current_store

_SUBJECT_LENGTH = 200


def send_mail_to(
    *,
    to: str,
    template: str,
    context: Mapping[str, Any],
    language: str,
    message_ref: str,
    letterhead: Letterhead,
    attachment: Attachment | None = None,
    reply_to: str = "",
    secret: str = "",
) -> SentMail:
    """Write the mail of `templates/mail/<template>.*` and have it sent after the commit. Repeatable by `message_ref`.

    A mail of a kind that its reader may refuse gets `unsubscribe_url`, and is kept unsent where `may_send` says no.

    A `secret` (a code in the text) is kept until the mail has left, and no longer: it can't be sent again. Answers go to
    `reply_to`, else to the contact of the letterhead. Call it in a transaction, as consumers are. Raises `NotAnAddress`.
    """
    known = SentMail.objects.filter(message_ref=message_ref).first()
    if known is not None:
        return known
    answers = reply_to or letterhead.contact
    with events.transaction_with_wake_up():
        mail, is_new = SentMail.objects.get_or_create(
            message_ref=message_ref,
            defaults={
                "to": _checked(to),
                "reply_to": _checked(answers) if answers else "",
                "template": template,
                "language": language,
                "attached_file": attachment.file if attachment else "",
                "attached_name": attachment.name if attachment else "",
                "secret": secret,
                **_render(template, {**context, **_way_out(template, to)}, language, letterhead),
            },
        )
        if is_new:
            request_delivery(mail)
    return mail


def _way_out(template: str, to: str) -> dict[str, str]:
    kind = kind_of(template)
    return {"unsubscribe_url": unsubscribe_url(kind=kind, email=to)} if kind else {}


def _render(
    template: str, context: Mapping[str, Any], language: str, letterhead: Letterhead
) -> dict[str, str]:
    facts = {
        **context,
        "store": current_store(),
        "letterhead": letterhead,
    }
    with translation.override(spelling_of(language, current_store().country)):
        subject, body, html = (
            render_to_string(f"mail/{template}.{part}", facts)
            for part in ("subject.txt", "body.txt", "body.html")
        )
        text = str(body.strip())
        if way_out := facts.get("unsubscribe_url"):
            text += "\n\n" + gettext("Unsubscribe from such mails: %(url)s") % {"url": way_out}
    return {
        "subject": line_of(subject, most=_SUBJECT_LENGTH),
        "text": text + "\n",
        "html": html.strip() + "\n",
    }


def _checked(address: str) -> str:
    try:
        checked = clean_email(address)
    except NotText:
        checked = ""
    if not checked:
        raise NotAnAddress(
            gettext("%(value)s is not an e-mail address.") % {"value": f"{address[:80]!r}"}
        )
    return checked
