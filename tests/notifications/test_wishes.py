"""Mails that a person may refuse: only with consent, never to a dead address, refused by one click and not by a look."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from apps.common.clock import now
from apps.events.services import relay_outbox
from apps.notifications import services as notifications
from apps.notifications.errors import UnknownMailKind
from apps.notifications.letterhead import Letterhead
from apps.notifications.mail_registry import MailKind, MailType, mail_kind, mail_type
from apps.notifications.models import MailAddress, MailConsent, SentMail
from apps.tenancy.context import use_store
from tests.support.acting import SYSTEM, seeing_all

pytestmark = pytest.mark.django_db

ASHA = "asha@example.com"
NEWS = MailKind("sample_news", "News", "What is new, twice a year.")
HINTS = MailKind("sample_hints", "Hints", "How to use what you bought.", needs_opt_in=False)
# A mail with templates that exist, as one of the kind.
LETTER = MailType("order_message", "News", "Twice a year.", kind="sample_news")


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    declared = mail_type.items().get(LETTER.code)
    mail_kind(NEWS), mail_kind(HINTS), mail_type(LETTER)
    yield
    mail_kind.forget(NEWS), mail_kind.forget(HINTS), mail_type.forget(LETTER)
    if declared is not None:
        mail_type(declared)


@pytest.fixture
def guest(store: Any, client_for: Callable[..., Client]) -> Client:
    return client_for(store)


def link_of(store: Any, kind: str = NEWS.code, email: str = ASHA) -> str:
    with seeing_all(store):
        url = notifications.unsubscribe_url(kind=kind, email=email)
    return "/" + url.split("/", 3)[3]


def agree(store: Any) -> None:
    with seeing_all(store):
        notifications.opt_in(kind=NEWS.code, email=ASHA, source="checkout", words="Yes, write.")


def may(store: Any, kind: str = NEWS.code) -> bool:
    with seeing_all(store):
        return notifications.may_send(kind=kind, email=" Asha@Example.com ")


def send(store: Any) -> SentMail:
    with seeing_all(store):
        written = notifications.send_mail_to(
            to=ASHA,
            template=LETTER.code,
            context={"words": "Hello", "number": "1", "url": "http://x/", "day": "today"},
            language="en",
            message_ref=f"news:{now().timestamp()}",
            letterhead=Letterhead(url="http://alpha.localhost/"),
        )
        relay_outbox()
        written.refresh_from_db()
    return written


def test_consent_is_asked_for_and_kept_with_its_moment_and_source(store: Any) -> None:
    assert (may(store), may(store, HINTS.code)) == (False, True)
    agree(store)
    with seeing_all(store):
        notifications.opt_in(kind=NEWS.code, email=ASHA, source="again")
        kept = MailConsent.objects.get()
        assert (kept.opted_in_source, kept.opted_in_words) == ("checkout", "Yes, write.")
        assert kept.opted_in_at is not None
        with pytest.raises(UnknownMailKind):
            notifications.may_send(kind="misspelt", email=ASHA)
    assert may(store)


def test_a_dead_address_gets_no_such_mail(store: Any) -> None:
    agree(store)
    with seeing_all(store):
        MailAddress.objects.create(email=ASHA, bounced_at=now())
    assert not may(store)


def test_looking_at_the_link_does_not_unsubscribe(store: Any, guest: Client) -> None:
    agree(store)
    page = guest.get(link_of(store))
    assert page.status_code == 200
    assert ASHA not in page.content.decode(), "the address is not shown to who found the link"
    assert may(store)


def test_one_click_of_a_mail_program_unsubscribes_without_a_cookie(store: Any) -> None:
    agree(store)
    strict = Client(enforce_csrf_checks=True, headers={"host": "alpha.localhost"})
    link = link_of(store)
    for _again in range(2):
        answer = strict.post(link, {"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.content) == (200, b"Unsubscribed.")
    assert (may(store), may(store, HINTS.code)) == (False, True)
    with seeing_all(store):
        assert MailConsent.objects.get().opted_out_source == "one click"


def test_the_page_refuses_all_and_takes_back(store: Any, guest: Client) -> None:
    agree(store)
    link = link_of(store, kind="")
    guest.post(link, {"all": "1"})
    assert (may(store), may(store, HINTS.code)) == (False, False)
    guest.post(link, {"kinds": [NEWS.code, "made_up"]})
    assert (may(store), may(store, HINTS.code)) == (True, False)


@pytest.mark.parametrize("change", [lambda t: t[:-1] + "x", lambda t: t.replace("news", "hints")])
def test_a_changed_link_opens_nothing(store: Any, guest: Client, change: Any) -> None:
    path = link_of(store)
    token = path.split("/")[2]
    changed = reverse("storefront:mail_wishes", args=[change(token)], urlconf="config.urls.store")
    assert guest.post(changed, {"List-Unsubscribe": "One-Click"}).status_code == 404


def test_a_link_of_one_store_is_unknown_to_another(
    store: Any, other_store: Any, client_for: Callable[..., Client]
) -> None:
    path = link_of(store)
    link_of(other_store)
    assert client_for(other_store).get(path).status_code == 404
    with use_store(other_store, actor=SYSTEM):
        assert notifications.read_unsubscribe_token(path.split("/")[2]) is None


def test_such_a_mail_has_its_way_out_and_waits_for_consent(store: Any) -> None:
    kept = send(store)
    assert (kept.state, kept.error, mail.outbox) == ("failed", notifications.UNWANTED, [])
    agree(store)
    send(store)
    sent: Any = mail.outbox[0]
    way_out = sent.extra_headers["List-Unsubscribe"]
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert way_out.strip("<>") in sent.body
    assert way_out.strip("<>") in sent.alternatives[0].content
