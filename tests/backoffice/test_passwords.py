"""A new password by a link in a mail: for staff of a store and of the platform, once, and nowhere else."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.models import Role, User
from apps.accounts.tokens import TokenGenerator
from apps.events.models import AuditEntry
from apps.notifications.models import FORGOTTEN, SentMail
from apps.platform.models import Store
from apps.tenancy.context import use_store
from tests.api.shop import PASSWORD, make_user
from tests.backoffice.sessions import rename_session
from tests.support.acting import seeing_all
from tests.support.mails import delivered

NEW = "a-brand-new-password-9"
ASK = "/admin/password/forgotten/"


def link_in(message: Any) -> str:
    found = re.search(r"https?://\S+/admin/password/new/\S+", message.body)
    assert found, message.body
    return found[0]


def follow(client: Client, link: str) -> Any:
    """Open the link as a browser does: it leads on to a page without the token in its address."""
    return client.get("/" + link.split("/", 3)[3], follow=True)


def test_the_logins_offer_it(store: Any, client_for: Callable[..., Client]) -> None:
    for home in (store, None):
        page = client_for(home).get("/admin/login/", follow=True).content.decode()
        assert "Forgot your password?" in page
        assert ASK in page
        assert client_for(home).get(ASK).status_code == 200


def test_staff_of_a_store_choose_a_new_password(
    store: Any, client_for: Callable[..., Client]
) -> None:
    user = make_user(store, Role.MANAGER)
    client = client_for(store)
    answer = client.post(ASK, {"email": user.email.upper()}, follow=True)
    assert "is on its way" in answer.content.decode()
    (message,) = delivered(store)
    assert message.to == [user.email]
    assert store.name in message.subject
    link = link_in(message)
    assert link.startswith(f"http://{store.slug}.localhost")
    page = follow(client, link)
    url = page.redirect_chain[-1][0]
    refused = client.post(url, {"new_password1": "short", "new_password2": "short"})
    assert refused.status_code == 200
    done = client.post(url, {"new_password1": NEW, "new_password2": NEW}, follow=True)
    assert "Your new password is set" in done.content.decode()
    with seeing_all(store):
        user.refresh_from_db()
        assert user.check_password(NEW)
        entry = AuditEntry.objects.get(action="user.password_set")
        assert (entry.actor_ref, entry.after) == (user.pk, None)
        kept = SentMail.objects.get(template="staff_password_link")
        token = link.rstrip("/").rpartition("/")[2]
        assert token not in kept.text + kept.html, "the link is kept nowhere"
        assert FORGOTTEN in kept.text
        assert token in message.alternatives[0].content
    assert "password was changed" in delivered(store)[-1].subject
    again = follow(client_for(store), link)
    assert "This link has been used" in again.content.decode()


@pytest.mark.parametrize("who", ["customer", "stranger", "deactivated"])
def test_others_get_no_link_and_nobody_learns_it(
    store: Any, client_for: Callable[..., Client], who: str
) -> None:
    gone = make_user(store, Role.OWNER)
    with use_store(store):
        accounts.set_active(user=gone, is_active=False)
    emails = {
        "customer": make_user(store).email,
        "deactivated": gone.email,
        "stranger": "stranger@example.com",
    }
    answer = client_for(store).post(ASK, {"email": emails[who]}, follow=True)
    assert "is on its way" in answer.content.decode()
    assert not delivered(store)


def test_a_link_of_one_home_is_good_in_no_other(store: Any, other_store: Any) -> None:
    """A sandbox has its live store's people, with their ids and passwords."""
    user = make_user(store, Role.OWNER)
    with use_store(store):
        token = TokenGenerator().make_token(user)
        assert TokenGenerator().check_token(user, token)
    with use_store(other_store):
        assert not TokenGenerator().check_token(user, token)
    assert not TokenGenerator().check_token(user, token)


def test_the_platforms_staff_have_it_too(client_for: Callable[..., Client], db: None) -> None:
    boss = User.objects.create_superuser("boss@platform.example", PASSWORD)
    client = client_for(None)
    client.post(ASK, {"email": boss.email})
    page = follow(client, link_in(mail.outbox[0]))
    url = page.redirect_chain[-1][0]
    client.post(url, {"new_password1": NEW, "new_password2": NEW})
    boss.refresh_from_db()
    assert boss.check_password(NEW)


def test_support_sends_a_link_to_a_stores_staff(
    operator: Client,
    store: Any,
) -> None:
    user = make_user(store, Role.OWNER)
    people = f"/admin/platform/store/{store.pk}/people/"
    assert user.email in operator.get(people).content.decode()
    answer = operator.post(f"{people}{user.pk}/password/", follow=True)
    assert "is on its way" in answer.content.decode()
    (message,) = delivered(store)
    assert link_in(message).startswith(f"http://{store.slug}.localhost")
    with seeing_all(store):
        entry = AuditEntry.objects.get(action="user.password_link_sent")
    operators = User.objects.filter(is_superuser=True).values_list("email", flat=True)
    assert (entry.actor_label, entry.target_label) == (operators.get(), user.email)
    assert operator.get(f"{people}{user.pk}/password/")["Location"] == people


def test_a_sandbox_sends_none(operator: Client, store: Any) -> None:
    user = make_user(store, Role.OWNER)
    Store.objects.filter(pk=store.pk).update(is_sandbox=True)
    url = f"/admin/platform/store/{store.pk}/people/{user.pk}/password/"
    assert "sends no mail" in operator.post(url, follow=True).content.decode()
    assert not mail.outbox


def test_ones_own_password_is_changed_with_the_old_one(
    store: Any, client_for: Callable[..., Client]
) -> None:
    user = make_user(store, Role.OWNER)
    client = client_for(store)
    with use_store(store):
        client.force_login(user)
    rename_session(client, f"session_{store.slug}")
    typed = {"new_password1": NEW, "new_password2": NEW}
    wrong = client.post("/admin/password_change/", {"old_password": "x", **typed})
    assert wrong.status_code == 200
    right = client.post("/admin/password_change/", {"old_password": PASSWORD, **typed})
    assert right.status_code == 302
    assert client.get("/admin/").status_code == 200, "still logged in"
    with seeing_all(store):
        assert AuditEntry.objects.filter(action="user.password_set").count() == 1
