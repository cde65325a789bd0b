"""Staff see the mails of their store and can send one again; who may only look can't."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from apps.accounts import services as accounts
from apps.accounts.roles import Role
from apps.events.services import relay_outbox
from apps.events.services.delivery import LEASE
from apps.notifications import services as notifications
from apps.notifications.letterhead import Letterhead
from apps.notifications.models import SentMail
from apps.tenancy.context import use_store
from config.settings.mail import EMAIL_TIMEOUT
from tests.support.acting import seeing_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(store: Any) -> SentMail:
    with seeing_all(store):
        written = notifications.send_mail_to(
            to="asha@example.com",
            template="order_refunded",
            context={"number": "P-1", "day": "today", "amount": "₹1.00", "is_whole": True},
            language="en",
            message_ref="test",
            letterhead=Letterhead(url="http://alpha.localhost/"),
        )
        relay_outbox()
    mail.outbox.clear()
    return written


@pytest.fixture
def enter(store: Any, client_for: Callable[..., Client]) -> Callable[[Role], Client]:
    def log_in(role: Role) -> Client:
        client = client_for(store)
        with use_store(store):
            accounts.create_user(
                email=f"{role}@alpha.example", password="correct horse battery", role=role
            )
        client.post(
            "/admin/login/?next=/admin/",
            {"username": f"{role}@alpha.example", "password": "correct horse battery"},
        )
        return client

    return log_in


def send_again(client: Client, sent: SentMail) -> Any:
    return client.post(
        admin_url("changelist"), {"action": "send_again", "_selected_action": [str(sent.pk)]}
    )


def admin_url(page: str, *args: Any) -> str:
    return reverse(
        f"store_admin:notifications_sentmail_{page}", args=args, urlconf="config.urls.store"
    )


def test_a_manager_reads_a_mail_and_sends_it_again(
    store: Any, sent: SentMail, enter: Callable[[Role], Client]
) -> None:
    client = enter(Role.MANAGER)
    assert "asha@example.com" in client.get(admin_url("changelist")).content.decode()
    page = client.get(admin_url("change", sent.pk)).content.decode()
    assert "is on its way back to you" in page
    assert 'name="_save"' not in page

    send_again(client, sent)

    with seeing_all(store):
        relay_outbox()
    assert [message.to for message in mail.outbox] == [["asha@example.com"]]


def test_the_html_as_it_was_sent_runs_nothing_and_loads_nothing_of_others(
    store: Any, sent: SentMail, enter: Callable[[Role], Client]
) -> None:
    client = enter(Role.MANAGER)
    with seeing_all(store):
        SentMail.objects.filter(pk=sent.pk).update(
            html="<script>x()</script>Code SECRET", secret="SECRET"
        )
        notifications.note_refusal(email=sent.to, is_hard=True, reason="no such user")
    page = client.get(admin_url("change", sent.pk)).content.decode()
    assert f'sandbox title="{sent.subject}" src="{admin_url("html", sent.pk)}"' in page
    assert "no such user" in page
    shown = client.get(admin_url("html", sent.pk))
    policy = shown["Content-Security-Policy"]
    assert "SECRET" not in shown.content.decode()
    assert "default-src 'none'" in policy
    assert policy.endswith("sandbox; img-src 'self' data:")
    assert shown["X-Frame-Options"] == "SAMEORIGIN"
    assert client.get(admin_url("again", sent.pk)).status_code == 302
    client.post(admin_url("again", sent.pk))
    page = client.get(admin_url("change", sent.pk)).content.decode()
    assert f"by {Role.MANAGER}@alpha.example" in page
    assert enter(Role.FULFILMENT).get(admin_url("html", sent.pk)).status_code == 403


def test_who_packs_parcels_sees_no_mails(
    store: Any, sent: SentMail, enter: Callable[[Role], Client]
) -> None:
    client = enter(Role.FULFILMENT)
    assert client.get(admin_url("changelist")).status_code == 403
    assert send_again(client, sent).status_code == 403
    with seeing_all(store):
        relay_outbox()
    assert mail.outbox == []


def test_a_silent_server_is_left_before_another_relay_takes_the_message() -> None:
    assert LEASE.total_seconds() > EMAIL_TIMEOUT
