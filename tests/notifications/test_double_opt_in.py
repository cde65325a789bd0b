"""Consent that counts only after the link of a mail was followed, and readers whose data is erased."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from apps.common.clock import now
from apps.events.services import relay_outbox
from apps.inventory.mail_types import BACK_IN_STOCK
from apps.inventory.models import StockNotice
from apps.inventory.services import withdraw_notice
from apps.notifications import services as notifications
from apps.notifications.models import AskTwice, MailAddress, MailConsent, MailSettings, SentMail
from apps.notifications.selectors import asks_twice
from apps.notifications.states import MailState
from apps.tenancy.context import use_store
from tests.support.acting import SYSTEM, seeing_all

pytestmark = pytest.mark.django_db
ASHA = "asha@example.com"
KIND = "cart_reminder"


@pytest.fixture
def guest(store: Any, client_for: Callable[..., Client]) -> Client:
    with seeing_all(store):
        MailSettings.objects.create(key="store", asks_twice=AskTwice.ALWAYS)
    return client_for(store)


def agree(store: Any, **more: Any) -> MailConsent:
    with seeing_all(store):
        wish = notifications.opt_in(
            kind=KIND, email=ASHA, source="checkout", words="Remind me", **more
        )
        relay_outbox()
        wish.refresh_from_db()
        return wish


def may(store: Any, kind: str = KIND) -> bool:
    with seeing_all(store):
        return notifications.may_send(kind=kind, email=ASHA)


def link_in_last_mail() -> str:
    found = re.search(
        r"http://alpha\.localhost:8000(/mails/confirm/\S+)", str(mail.outbox[-1].body)
    )
    assert found
    return found[1]


def test_consent_counts_after_the_link_and_the_link_can_be_overtaken(
    store: Any, other_store: Any, guest: Client, client_for: Callable[..., Client]
) -> None:
    wish = agree(store)
    assert wish.is_waiting
    assert not may(store)
    agree(store)
    assert len(mail.outbox) == 1, "the second wish of a day makes no second mail"
    sent: Any = mail.outbox[0]
    assert "Remind me" in sent.body
    assert "List-Unsubscribe" not in sent.extra_headers
    link = link_in_last_mail()
    assert client_for(other_store).get(link).status_code == 404
    assert guest.get(link[:-2] + "x/").status_code == 404
    page = guest.get(link).content.decode()
    assert "Yes, I want them" in page
    assert ASHA not in page
    assert not may(store), "looking changes nothing"
    for _again in range(2):
        assert "Confirmed" in guest.post(link, follow=True).content.decode()
    assert may(store)
    with seeing_all(store):
        kept = MailConsent.objects.get()
        assert kept.opted_in_words == "Remind me"
        assert kept.confirmed_at == kept.opted_in_at
        assert kept.asked_at is not None
        notifications.opt_out(kind=KIND, email=ASHA, source="page")
    assert guest.post(link).status_code == 404, "the refusal came later"
    assert not may(store)


def test_no_address_gets_many_questions(store: Any, guest: Client) -> None:
    for days in (0, 2, 4, 6, 8):
        agree(store)
        with seeing_all(store):
            moment = now() - timedelta(days=2 if days < 8 else 40)
            MailConsent.objects.update(asked_at=moment)
    assert len(mail.outbox) == notifications.MOST_ASKED
    agree(store)
    assert len(mail.outbox) == notifications.MOST_ASKED + 1


def test_a_link_from_a_mail_to_the_address_is_proof_and_an_account_is_none(
    store: Any, guest: Client
) -> None:
    with seeing_all(store):
        from_mail, from_account = (
            "/" + notifications.unsubscribe_url(kind=kind, email=ASHA).split("/", 3)[3]
            for kind in (KIND, "")
        )
    guest.post(from_account, {"kinds": [KIND]})
    assert not may(store)
    assert "counts once you follow" in guest.get(from_account).content.decode()
    guest.post(from_account, {"kinds": []})
    with seeing_all(store):
        assert not MailConsent.objects.get(kind=KIND).is_waiting, "withdrawn"
    guest.post(from_mail, {"kinds": [KIND]})
    assert may(store)


@pytest.mark.parametrize(
    ("country", "chosen", "asks"),
    [
        ("DE", "country", True),
        ("AT", "country", True),
        ("IN", "country", False),
        ("IN", "always", True),
        ("DE", "never", False),
    ],
)
def test_stores_in_germany_and_austria_ask(
    store: Any, country: str, chosen: str, asks: bool
) -> None:
    store.country = country
    with use_store(store, actor=SYSTEM):
        MailSettings.objects.create(key="store", asks_twice=chosen)
        assert asks_twice() is asks


def notice(email: str, **more: Any) -> StockNotice:
    return StockNotice.objects.create(
        variant_ref=more.pop("variant", "v1"),
        email=email,
        email_key=email.casefold(),
        title="Kettle",
        page="/",
        language="en",
        state="confirmed",
        expires_at=now() + timedelta(days=1),
        **more,
    )


def test_consent_to_notices_ends_with_the_last_and_a_refusal_drops_them(store: Any) -> None:
    with seeing_all(store):
        first, second = notice(ASHA), notice(ASHA, variant="v2")
        notifications.opt_in(kind=BACK_IN_STOCK, email=ASHA, source="notice", is_proven=True)
        withdraw_notice(notice=first)
        assert MailConsent.objects.get().is_on
        withdraw_notice(notice=second)
        kept = MailConsent.objects.get()
        assert (kept.is_on, kept.opted_out_source) == (False, "back_in_stock")
        notice(ASHA), notice("ben@example.com")
        notifications.opt_out(kind=BACK_IN_STOCK, email=ASHA, source="page")
        assert [one.email for one in StockNotice.objects.all()] == ["ben@example.com"]


def test_an_erased_reader_leaves_a_hash_and_no_mail(store: Any, guest: Client) -> None:
    agree(store)
    link = link_in_last_mail()
    with seeing_all(store):
        notifications.opt_in(kind=KIND, email=ASHA, source="checkout", words="y", is_proven=True)
        old_link = "/" + notifications.unsubscribe_url(kind=KIND, email=ASHA).split("/", 3)[3]
        notice(ASHA)
        waiting = SentMail.objects.get()
        SentMail.objects.filter(pk=waiting.pk).update(state=MailState.QUEUED)
        assert notifications.erase_reader(email=" Asha@Example.com ") == 1
        assert notifications.erase_reader(email=ASHA) == 0
        notifications.deliver_mail(mail_id=waiting.pk)
        assert len(mail.outbox) == 1
        row = SentMail.objects.get()
        assert (row.state, row.text, row.html, row.subject) == (MailState.FAILED, "", "", "-")
        assert not MailAddress.objects.exists()
        assert not StockNotice.objects.exists()
        (wish,) = MailConsent.objects.all()
        assert (wish.is_on, wish.opted_in_words) == (False, "y")
        assert wish.email.endswith("@erased.invalid")
        assert "asha" not in f"{wish.email}{row.to}"
        notifications.opt_out(kind=BACK_IN_STOCK, email=ASHA, source="page")
        notifications.erase_reader(email=ASHA)
        assert not notifications.may_send(kind=BACK_IN_STOCK, email=ASHA), "refused before"
        MailConsent.objects.update(erased_at=now() - notifications.KEEP_PROOF - timedelta(days=1))
        assert notifications.forget_erased_wishes() == 2
    assert guest.get(link).status_code == 404
    assert "is erased" in guest.get(old_link).content.decode()
    assert guest.post(old_link, {"List-Unsubscribe": "One-Click"}).status_code == 200
