"""The mailbox of a development machine shows a store its own mails, and is nowhere else."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.http import Http404
from django.test import Client, RequestFactory
from django.utils.timezone import is_aware

from apps.notifications.mailbox import FolderBackend, get_kept, list_kept
from apps.storefront.views import mailbox
from apps.tenancy.context import use_store
from tests.support.acting import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = tmp_path


def send(subject: str) -> None:
    message = EmailMultiAlternatives(subject, "Grüße", "a@shops.example", ["b@example.com"])
    message.attach_alternative(
        "<html><head></head><a href='http://x/'>Grüße</a></html>", "text/html"
    )
    FolderBackend().send_messages([message])


def test_each_store_reads_its_own_mails_alone(store: Any, other_store: Any) -> None:
    with use_store(store, actor=SYSTEM):
        send("Ours")
        (ours,) = list_kept()
        assert (ours.subject, ours.text.strip(), ours.to) == ("Ours", "Grüße", "b@example.com")
        assert ours.at is not None
        assert is_aware(ours.at), "a page shows it in the store's zone"
        shown = mailbox.html(RequestFactory().get("/"), ours.key)
        assert '<base target="_blank">' in shown.content.decode()
        assert "default-src 'none'" in shown["Content-Security-Policy"]
    with use_store(other_store, actor=SYSTEM):
        assert list_kept() == []
        assert get_kept(ours.key) is None
        for key in (ours.key, f"../{store.slug}/{ours.key}", "..", ""):
            with pytest.raises(Http404):
                mailbox.html(RequestFactory().get("/"), key)


def test_the_page_is_there_in_development_alone(
    store: Any, client_for: Callable[..., Client]
) -> None:
    assert client_for(store).get("/mailbox/").status_code == 404


def test_every_mail_can_be_looked_at(store: Any) -> None:
    with use_store(store, actor=SYSTEM):
        for look, sign in (("dark", "@media all"), ("plain", "<h1>"), ("text", "\n-- \n")):
            shown = mailbox.sample(RequestFactory().get("/?values=hard"), "cart_reminder", look)
            assert sign in shown.content.decode(), look
            assert "sandbox" in shown["Content-Security-Policy"]
        for code, look in (("misspelt", "dark"), ("cart_reminder", "misspelt")):
            with pytest.raises(Http404):
                mailbox.sample(RequestFactory().get("/"), code, look)
