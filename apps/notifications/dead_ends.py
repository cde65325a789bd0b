"""Mails that the mail server did not take, and wordings that could not be used."""

from datetime import timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.progress import show_message
from apps.notifications import services
from apps.notifications.mail_registry import find_mail_type
from apps.notifications.models import MailWording, SentMail
from apps.notifications.selectors import delivery_problem
from apps.notifications.states import MailState
from apps.notifications.wordings import list_wordings_in_use
from apps.platform.dead_ends import DeadEnd, Kind, Rows, dead_end, states

# The outbox has given up by then.
_TRIED_LONG_ENOUGH: Final = timedelta(days=2)
# News that are older are no news.
_WORTH_SENDING: Final = timedelta(days=14)


def _unsent() -> QuerySet[SentMail]:
    """Without those that are kept on purpose."""
    given_up = Q(state=MailState.FAILED) | Q(
        state=MailState.QUEUED, created_at__lt=now() - _TRIED_LONG_ENOUGH
    )
    rows = SentMail.objects.filter(given_up, created_at__gt=now() - _WORTH_SENDING)
    kept = (
        services.SANDBOX_SENDS_NOTHING,
        services.ERASED,
        services.NOBODY_THERE,
        services.NOT_NEEDED,
        services.UNWANTED,
    )
    return rows.exclude(error__in=kept).order_by("created_at", "id")


def _describe(mail: SentMail) -> DeadEnd:
    return DeadEnd(
        key=str(mail.pk),
        what=gettext("E-mail: %(subject)s") % {"subject": mail.subject},
        since=mail.created_at,
        why=show_message(delivery_problem(mail)) or gettext("The mail server has not taken it."),
    )


dead_end(
    Kind(
        code="notifications.mail",
        title=_("E-mails that were not sent"),
        button=_("Send it again"),
        found=Rows(_unsent),
        describe=_describe,
        resolve=lambda mail, actor: services.send_again(mail=mail, actor=actor),
        sees="notifications.view_sentmail",
        needs="notifications.change_sentmail",
        covers=states(MailState.QUEUED, MailState.FAILED),
    )
)


def _unusable() -> QuerySet[MailWording]:
    """In use, with a problem: the mails are sent as by default meanwhile."""
    ids = [row.pk for row in list_wordings_in_use() if row.problem]
    return MailWording.objects.filter(pk__in=ids).order_by("problem_at", "id")


def _describe_wording(row: MailWording) -> DeadEnd:
    mail = find_mail_type(row.mail)
    what = gettext("Wording of the mail %(mail)s (%(language)s)")
    return DeadEnd(
        key=str(row.pk),
        what=what % {"mail": mail.name if mail else row.mail, "language": row.language},
        since=row.problem_at or row.made_at,
        why=row.problem,
    )


def _back_to_default(row: MailWording, actor: Actor) -> object:
    return services.reset_wording(
        mail=row.mail, language=row.language, based_on=row.number, actor=actor
    )


dead_end(
    Kind(
        code="notifications.wording",
        title=_("Wordings of mails that can't be used"),
        button=_("Back to the default"),
        found=Rows(_unusable),
        describe=_describe_wording,
        resolve=_back_to_default,
        sees="notifications.view_mailwording",
        needs="notifications.change_mailwording",
    )
)
