"""Staff word mails in the admin: with a preview that can't run anything, and test mails to themselves alone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.roles import Role
from apps.common.ids import new_id
from apps.events.services import relay_outbox
from apps.notifications.models import MailWording, SentMail
from tests.support.acting import seeing_all

pytestmark = pytest.mark.django_db
PAGE = "/admin/notifications/mailwording/of/order_message/"


@pytest.fixture
def log_in(store: Any, client_for: Callable[..., Client]) -> Callable[[Role], Client]:
    def logged_in(role: Role) -> Client:
        client, email = client_for(store), f"{role}@alpha.example"
        with seeing_all(store):
            accounts.create_user(email=email, password="correct horse battery", role=role)
        client.post(
            "/admin/login/?next=/admin/", {"username": email, "password": "correct horse battery"}
        )
        return client

    return logged_in


def form(**values: Any) -> dict[str, Any]:
    return {"language": "en", "based_on": 0, **values}


def test_a_manager_words_a_mail_and_what_is_refused_stays_in_the_form(
    store: Any, log_in: Callable[[Role], Client]
) -> None:
    manager = log_in(Role.MANAGER)
    refused = manager.post(f"{PAGE}save/", form(body="x\n{{ nope }}"))
    assert refused.status_code == 422
    assert "Line 2" in refused.content.decode()
    assert "{{ nope }}" in refused.content.decode()
    assert manager.post(f"{PAGE}save/", form(subject="A {{ number }}")).status_code == 302
    stale = manager.post(f"{PAGE}save/", form(subject="B {{ number }}")).content.decode()
    assert 'value="B {{ number }}"' in stale
    assert 'name="based_on" value="1"' in stale
    with seeing_all(store):
        assert MailWording.objects.get().subject == "A {{ number }}"
    shown = manager.get(f"{PAGE}?language=en&default=1").content.decode()
    assert "{{ words | newline_to_br }}" in shown.replace("&#x27;", "'")


def test_a_preview_runs_nothing_and_shows_in_a_frame_of_the_admin_alone(
    log_in: Callable[[Role], Client],
) -> None:
    shown = log_in(Role.MANAGER).post(
        f"{PAGE}preview/", form(body="<script>x()</script><b>{{ words }}</b>")
    )
    policy = shown["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "; frame-ancestors 'self'; " in policy
    assert "; sandbox; " in policy
    assert shown["X-Frame-Options"] == "SAMEORIGIN"
    assert "<script" not in shown.content.decode()
    assert "<b>It leaves us tomorrow.</b>" in shown.content.decode()


def test_others_neither_word_nor_send_and_other_stores_versions_are_unknown(
    store: Any, log_in: Callable[[Role], Client]
) -> None:
    support = log_in(Role.SUPPORT)
    for door in ("save", "test", "reset", "preview", f"restore/{new_id()}"):
        assert support.post(f"{PAGE}{door}/", form(subject="x")).status_code == 403, door
    owner = log_in(Role.OWNER)
    assert owner.post(f"{PAGE}restore/{new_id()}/", form()).status_code == 404
    assert owner.get(f"{PAGE}?language=xx").status_code == 404
    assert owner.get("/admin/notifications/mailwording/of/made_up/").status_code == 404
    with seeing_all(store):
        assert not MailWording.objects.exists()


def test_a_test_mail_goes_to_its_sender_alone_and_not_often(
    store: Any, log_in: Callable[[Role], Client], settings: Any
) -> None:
    settings.API_THROTTLE_RATES = {**settings.API_THROTTLE_RATES, "test_mails": "1/h"}
    manager = log_in(Role.MANAGER)
    for _twice in range(2):
        manager.post(f"{PAGE}test/", form(subject="Try", to="asha@example.com"))
    with seeing_all(store):
        relay_outbox()
        assert [row.to for row in SentMail.objects.all()] == ["manager@alpha.example"]
    assert [message.subject for message in mail.outbox] == ["[Test] Try"]
