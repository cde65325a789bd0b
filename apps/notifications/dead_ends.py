"""Mails that the mail server did not take."""

from datetime import timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.common.progress import show_message
from apps.notifications import services
from apps.notifications.models import SentMail
from apps.notifications.selectors import delivery_problem
from apps.notifications.states import MailState
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
    kept = (services.SANDBOX_SENDS_NOTHING, services.NOBODY_THERE, services.UNWANTED)
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
