"""Write mails to people, in the store's name.

Two steps, both through the outbox. A consumer writes the mail (`send_mail_to`): the row is the claim, and its unique
`message_ref` makes a message that comes twice write one mail. It commits together with `mail.requested`, whose consumer
gives the mail to the server (`deliver_mail`) and marks it in one transaction, holding the row.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from apps.common.text import NotText
from apps.common.web import clean_email
from apps.events import services as events
from apps.notifications.attachments import Attachment
from apps.notifications.composing import Letter, catch, compose
from apps.notifications.errors import NotAnAddress
from apps.notifications.letterhead import Letterhead
from apps.notifications.mail_registry import find_mail_type, kind_of
from apps.notifications.models import FORGOTTEN, SentMail
from apps.notifications.requesting import request_delivery
from apps.notifications.services.unsubscribing import unsubscribe_url
from apps.notifications.services.wording import note_problem
from apps.notifications.wordings import find_wording


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
    about: str = "",
) -> SentMail:
    """Write the mail of `templates/mail/<template>.*` and have it sent after the commit. Repeatable by `message_ref`.

    A mail of a kind that its reader may refuse gets `unsubscribe_url`, and is kept unsent where `may_send` says no.

    A `secret` (a code in the text) is kept until the mail has left, and no longer: it can't be sent again. Answers go to
    `reply_to`, else to the contact of the letterhead. Mails with the same `about` (`order:ID`) form a thread. Call it in a transaction, as consumers are. Raises `NotAnAddress`.
    """
    mail_type = find_mail_type(template)
    hidden = FORGOTTEN if mail_type is not None and mail_type.make_secret else secret
    letter = Letter(template, {**context, **_way_out(template, to)}, language, letterhead, hidden)
    if catch(letter):
        return SentMail(to=to, template=template)
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
                "about": about,
                "language": language,
                "attached_file": attachment.file if attachment else "",
                "attached_name": attachment.name if attachment else "",
                "secret": secret,
                **_written(letter),
            },
        )
        if is_new:
            request_delivery(mail)
    return mail


def _way_out(template: str, to: str) -> dict[str, str]:
    kind = kind_of(template)
    return {"unsubscribe_url": unsubscribe_url(kind=kind, email=to)} if kind else {}


def _written(letter: Letter) -> dict[str, str]:
    """As staff have worded it. A wording that can't be used stops no mail: the default is sent, and the wording says why."""
    wording = find_wording(letter.template, letter.language)
    try:
        made = compose(letter, wording)
    except Exception as error:  # also what no check foresees
        if wording is None:
            raise
        note_problem(wording, error)
        made = compose(letter)
    return {"subject": made.subject, "text": made.text, "html": made.html}


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
