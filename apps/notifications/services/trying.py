"""Looking at a mail before it is sent to people: with example values or those of an order, and as a test mail."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog

from apps.common.ids import new_id
from apps.common.text import line_of
from apps.events import services as events
from apps.notifications.composing import (
    SUBJECT_LENGTH,
    Composed,
    Letter,
    catching_letters,
    compose,
    example_of,
)
from apps.notifications.errors import BadWording, NothingToShow
from apps.notifications.letterhead import Letterhead
from apps.notifications.mail_registry import MailType
from apps.notifications.models import MailWording, SentMail
from apps.notifications.requesting import request_delivery
from apps.notifications.sandbox import Broken
from apps.notifications.services.wording import clean_wording
from apps.notifications.wordings import find_wording

log = structlog.get_logger(__name__)


def preview_mail(
    *,
    mail: MailType,
    language: str,
    letterhead: Letterhead,
    values: Mapping[str, Any] | None = None,
    order_number: str = "",
) -> Composed:
    """The mail as it would be: with the wording in use, or with these `values` of a form.

    Nothing is written. Raises `BadWording`, and `NothingToShow` for an order that has no such mail.
    """
    letter = _letter(mail, language, letterhead, order_number)
    if values is None:
        wording = find_wording(mail.code, language)
    else:
        wording = MailWording(mail=mail.code, language=language, **clean_wording(mail, values))
    try:
        return compose(letter, wording)
    except Broken as error:
        raise BadWording(str(error)) from error


def send_test_mail(
    *,
    mail: MailType,
    language: str,
    letterhead: Letterhead,
    values: Mapping[str, Any],
    to: str,
    order_number: str = "",
) -> SentMail:
    """The same, sent to the person who tries it, with a subject that says so. Raises what `preview_mail` raises."""
    made = preview_mail(
        mail=mail,
        language=language,
        letterhead=letterhead,
        values=values,
        order_number=order_number,
    )
    with events.transaction_with_wake_up():
        row = SentMail.objects.create(
            message_ref=f"test:{new_id()}",
            template="test",
            language=language,
            to=to,
            subject=line_of(f"[Test] {made.subject}", most=SUBJECT_LENGTH),
            text=made.text,
            html=made.html,
        )
        request_delivery(row)
    return row


def _letter(mail: MailType, language: str, letterhead: Letterhead, order_number: str) -> Letter:
    if not order_number:
        return Letter(mail.code, example_of(mail), language, letterhead)
    if mail.write_real is None:
        raise NothingToShow
    with catching_letters() as letters:
        try:
            mail.write_real(order_number)
        except Exception as error:  # an order that can't have this mail
            log.info("A mail has no preview about an order.", mail=mail.code, error=repr(error))
    found = next((one for one in letters if one.template == mail.code), None)
    if found is None:
        raise NothingToShow
    return replace(found, language=language, secret="")
