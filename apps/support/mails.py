"""The contents of mails about tickets. `message_ref` begins with the ticket's id: by it an answer finds its ticket."""

from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.selectors import list_staff_who_may
from apps.common.clock import now
from apps.common.habits import language_shown
from apps.content.letterheads import letterhead_of
from apps.notifications import services as notifications
from apps.platform.selectors import get_store, store_url
from apps.support.addresses import reply_address
from apps.support.limits import CONFIRMED_IN_AN_HOUR
from apps.support.models import Message, Ticket
from apps.support.selectors import get_support_settings
from apps.tenancy.context import current_store

_AN_HOUR: Final = timedelta(hours=1)


def mail_received(ticket: Ticket) -> None:
    """With the link, and without the words of the request: anyone may enter anyone's address.

    An address that wrote many in an hour gets no more of them.
    """
    lately = Ticket.objects.filter(email=ticket.email, created_at__gt=now() - _AN_HOUR)
    if lately.count() <= CONFIRMED_IN_AN_HOUR:
        _send(ticket, "ticket_received", about="received")


def mail_answer(ticket: Ticket, message: Message, *, is_solved: bool) -> None:
    """The words of staff. Their files are behind the link."""
    words = getattr(message, "words", None)
    if words is None:
        return
    facts = {
        "text": words.text,
        "author": words.author,
        "file_count": message.files.count(),
        "asks": is_solved and _asks(ticket),
        "is_solved": is_solved,
    }
    _send(ticket, "ticket_answer", about=message.pk, facts=facts)


def mail_solved(ticket: Ticket, *, about: Any) -> None:
    _send(ticket, "ticket_solved", about=about, facts={"asks": _asks(ticket)})


def mail_breach(ticket: Ticket, target: str) -> None:
    """To the member of staff who has it; an unassigned one: to all who may answer."""
    store = get_store(current_store().id)
    page = reverse(
        "store_admin:support_ticket_change", args=[ticket.pk], urlconf=settings.STORE_URLCONF
    )
    letterhead = letterhead_of(store, with_contact=False)
    for reader in _readers(ticket):
        notifications.send_mail_to(
            to=reader.email,
            template="ticket_breach",
            context={
                "number": ticket.number,
                "subject": ticket.subject,
                "is_first": target == "first",
                "url": store_url(store, page),
            },
            language=store.language,
            message_ref=f"ticket_breach:{ticket.pk}:{target}:{reader.pk.hex}",
            about=f"ticket:{ticket.pk}",
            letterhead=letterhead,
        )


def _send(
    ticket: Ticket, template: str, *, about: Any, facts: dict[str, Any] | None = None
) -> None:
    if ticket.erased_at is not None:
        return
    store = get_store(current_store().id)
    page = reverse("storefront:ticket", args=[ticket.access_token], urlconf=settings.STORE_URLCONF)
    notifications.send_mail_to(
        to=ticket.email,
        template=template,
        context={
            "number": ticket.number,
            "subject": ticket.subject,
            "name": ticket.name,
            "url": store_url(store, page),
            "is_answerable": bool(reply_address(ticket)),
            **(facts or {}),
        },
        language=language_shown(ticket.language, otherwise=store.language),
        message_ref=f"{template}:{ticket.pk}:{about}",
        about=f"ticket:{ticket.pk}",
        reply_to=reply_address(ticket),
        letterhead=letterhead_of(store),
    )


def _asks(ticket: Ticket) -> bool:
    return get_support_settings().asks_satisfaction and ticket.score is None


def _readers(ticket: Ticket) -> list[User]:
    if ticket.assigned is not None and ticket.assigned.is_active:
        return [ticket.assigned]
    return list_staff_who_may("support.change_ticket")
