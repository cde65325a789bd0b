"""Mails about accounts and parcels: by the registry, once, and without a link that could be read later."""

import re
from typing import Any

import pytest
from django.core import mail as mailbox

from apps.accounts import mails
from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.registering import register
from apps.events.services import relay_outbox
from apps.notifications import services as notifications
from apps.notifications.errors import BadWording
from apps.notifications.mail_registry import mail_type
from apps.notifications.models import FORGOTTEN, MailWording, SentMail
from apps.notifications.states import MailState
from tests.support.acting import STAFF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store", "system_scope")]
TOKEN = re.compile(r"[0-9a-z]{6}-[0-9a-f]{32}")


@pytest.fixture
def asha() -> User:
    user = register(email="asha@example.com", password="a good long phrase")
    relay_outbox()
    mailbox.outbox.clear()
    return user


def sent() -> Any:
    relay_outbox()
    return mailbox.outbox[-1]


def word(code: str, **values: str) -> MailWording:
    return notifications.save_wording(
        mail=code, language="en", values=values, based_on=0, actor=STAFF
    )


def test_who_registers_is_welcomed_once() -> None:
    user = register(email="asha@example.com", password="a good long phrase")
    mails.mail_welcome(user)
    relay_outbox()
    message: Any
    (message,) = mailbox.outbox
    assert message.subject == "Welcome to Alpha"
    assert "http://alpha.localhost:8000/account/" in message.body
    assert "asha@example.com" in message.alternatives[0].content


def test_each_sending_of_a_password_link_has_a_link_of_its_own_that_is_kept_nowhere(
    asha: User,
) -> None:
    mails.mail_password_link(asha)
    row = SentMail.objects.get(template="password_link")
    first = sent()
    (token,) = TOKEN.findall(first.body)
    assert token in first.alternatives[0].content
    row.refresh_from_db()
    assert not TOKEN.search(row.text + row.html)
    assert FORGOTTEN in row.shown_text
    accounts.save_person(user=asha, password="another good phrase")
    assert "password was changed" in sent().subject
    notifications.send_again(mail=row, actor=STAFF)
    (other,) = TOKEN.findall(sent().body)
    assert other != token
    accounts.set_active(user=asha, is_active=False)
    notifications.send_again(mail=row, actor=STAFF)
    relay_outbox()
    row.refresh_from_db()
    assert (row.state, row.error) == (MailState.FAILED, notifications.NOT_NEEDED)


def test_a_wording_of_a_mail_with_a_link_keeps_the_link(asha: User) -> None:
    for text in ("No link.", "{% if days == 0 %}{{ url }}{% endif %}"):
        with pytest.raises(BadWording):
            word("password_link", text=text)
    row = word(
        "password_link", text="Here: {{ url }}", body="<p>{{ days }}</p>", button=" {{ '' }}"
    )
    mails.mail_password_link(asha)
    message = sent()
    assert message.body.startswith("Here: http://alpha.localhost:8000/account/password/reset/key/")
    assert TOKEN.search(message.alternatives[0].content)
    assert "Choose a password" in message.alternatives[0].content, "a button without words"
    MailWording.objects.filter(pk=row.pk).update(text="{% if days == 0 %}{{ url }}{% endif %}")
    mails.mail_password_link(asha)
    assert TOKEN.search(sent().body), "the default is sent"
    row.refresh_from_db()
    assert row.problem


def test_mails_about_passwords_name_their_links() -> None:
    assert {one.code for one in mail_type if one.required} >= {
        "password_link",
        "staff_password_link",
        "password_changed",
        "no_account",
        "welcome",
    }
