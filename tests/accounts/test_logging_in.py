import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.tenancy.context import use_store
from tests.support.mails import delivered

PASSWORD = "correct horse battery"


@pytest.fixture
def people(store: Any, other_store: Any) -> None:
    """The same address registered at both stores."""
    for one in (store, other_store):
        with use_store(one):
            accounts.create_user(email="mira@example.com", password=PASSWORD)


def log_in(client: Client, password: str = PASSWORD, email: str = "mira@example.com") -> Any:
    return client.post("/account/login/", {"login": email, "password": password})


def test_register_log_out_log_in(store: Any, client_for: Callable[..., Client]) -> None:
    client = client_for(store)
    answer = client.post("/account/signup/", {"email": "New@Example.com", "password1": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert client.get("/account/").status_code == 200
    with use_store(store):
        user = User.objects.get(email="new@example.com")
    assert (user.role, user.is_staff, user.is_superuser) == ("customer", False, False)
    client.post("/account/logout/")
    assert client.get("/account/").status_code == 302
    assert log_in(client, email="NEW@example.COM").status_code == 302
    assert client.get("/account/").status_code == 200


def test_an_address_of_another_keyboard_is_the_same_account(
    store: Any, client_for: Callable[..., Client], people: Any
) -> None:
    """Of full-width letters, with a joiner: at registering, logging in, and asking for a link."""
    wide = "\uff2d\uff49\uff52\uff41\u200d\uff20example\uff0ecom"
    assert log_in(client_for(store), email=wide).status_code == 302
    taken = client_for(store).post("/account/signup/", {"email": wide, "password1": PASSWORD})
    assert "There is an account with this e-mail address already" in taken.content.decode()
    asked = client_for(store).post("/account/password/reset/", {"email": wide})
    assert asked.status_code == 302
    assert [each.to for each in delivered(store)] == [["mira@example.com"]]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"email": "nonsense", "password1": PASSWORD},
        {"email": "a@b.example", "password1": "short"},
        {"email": "a@b.example", "password1": "1234567890123"},
        {"email": "a" * 5000 + "@b.example", "password1": PASSWORD},
        {"email": "a\x00@b.example", "password1": PASSWORD},
        {"email": "mira@example.com", "password1": PASSWORD},
        {"email": "MIRA@example.com", "password1": PASSWORD},
    ],
)
def test_a_wrong_registration_is_a_form_with_errors(
    store: Any, client_for: Callable[..., Client], people: Any, data: dict[str, Any]
) -> None:
    answer = client_for(store).post("/account/signup/", data)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    with use_store(store):
        assert User.objects.count() == 1


def test_nobody_gives_themselves_a_role(store: Any, client_for: Callable[..., Client]) -> None:
    client_for(store).post(
        "/account/signup/",
        {
            "email": "new@example.com",
            "password1": PASSWORD,
            "role": "owner",
            "is_staff": "on",
            "is_superuser": "on",
        },
    )
    with use_store(store):
        user = User.objects.get(email="new@example.com")
    assert (user.role, user.is_staff, user.is_superuser) == ("customer", False, False)


def test_a_login_of_one_store_is_nothing_at_the_next(
    store: Any, other_store: Any, client_for: Callable[..., Client], people: Any
) -> None:
    here, there = client_for(store), client_for(other_store)
    log_in(here)
    key = here.cookies["session_alpha"].value
    assert here.cookies["session_alpha"]["httponly"]
    for name in ("session_alpha", "session_beta", "sessionid"):
        there.cookies[name] = key
    assert there.get("/account/").status_code == 302
    platform = client_for(None)
    platform.cookies["session_platform"] = key
    assert platform.get("/admin/").status_code == 302


def test_failed_logins_at_one_store_do_not_lock_the_next(
    store: Any, other_store: Any, client_for: Callable[..., Client], people: Any
) -> None:
    here, there = client_for(store), client_for(other_store)
    for _ in range(12):
        log_in(here, password="wrong")
    blocked = log_in(here)
    assert blocked.status_code == 200
    assert "Too many attempts" in blocked.content.decode()
    assert log_in(there).status_code == 302


def test_a_reset_link_works_once_and_only_at_its_store(
    store: Any, other_store: Any, client_for: Callable[..., Client], people: Any
) -> None:
    here, there = client_for(store), client_for(other_store)
    here.post("/account/password/reset/", {"email": "MIRA@example.com"})
    (message,) = delivered(store)
    assert message.subject.startswith("Alpha: ")
    assert message.from_email == "Alpha <shop@localhost>"
    link = re.search(r"http://alpha\.localhost:8000(/\S+)", str(message.body)).group(1)

    elsewhere = there.get(link, follow=True).content.decode()
    assert "no longer valid" in elsewhere

    form = here.get(link, follow=True)
    target = form.redirect_chain[-1][0]
    here.post(target, {"password1": "another good phrase", "password2": "another good phrase"})
    assert "password was changed" in delivered(store)[-1].subject
    assert log_in(client_for(store), "another good phrase").status_code == 302
    assert log_in(client_for(store)).status_code == 200
    assert log_in(there).status_code == 302
    assert "no longer valid" in client_for(store).get(link, follow=True).content.decode()


def test_asking_for_an_unknown_address_tells_nothing(
    store: Any, client_for: Callable[..., Client], people: Any
) -> None:
    known = client_for(store).post("/account/password/reset/", {"email": "mira@example.com"})
    unknown = client_for(store).post("/account/password/reset/", {"email": "who@example.com"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_logging_in_leads_to_no_stranger_s_site(
    store: Any, client_for: Callable[..., Client], people: Any, target: str
) -> None:
    answer = client_for(store).post(
        f"/account/login/?next={target}",
        {"login": "mira@example.com", "password": PASSWORD, "next": target},
    )
    assert answer["Location"] == "/account/"


def test_nobody_registers_on_the_platform(db: None, client_for: Callable[..., Client]) -> None:
    client = client_for(None)
    assert client.post("/account/signup/", {"email": "a@b.example"}).status_code == 404


def test_a_closed_account_can_not_log_in(
    store: Any, client_for: Callable[..., Client], people: Any
) -> None:
    with use_store(store):
        User.objects.update(is_active=False)
    client = client_for(store)
    log_in(client)
    assert client.get("/account/").status_code == 302


def test_the_platform_s_superuser_is_made_without_a_store(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--noinput", email="Root@Example.com", verbosity=0)
    user = User.objects.get(email="root@example.com")
    assert user.is_superuser
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize(
    "path",
    [
        "/account/login/",
        "/account/signup/",
        "/account/logout/",
        "/account/password/reset/",
        "/account/password/reset/done/",
        "/account/password/reset/key/done/",
        "/account/inactive/",
    ],
)
def test_every_page_around_logging_in_is_in_the_store_s_theme(
    store: Any, client_for: Callable[..., Client], path: str
) -> None:
    answer = client_for(store).get(path, follow=True)
    assert answer.status_code == 200
    assert "/theme.css" in answer.content.decode()


def test_a_customer_changes_the_password(
    store: Any, client_for: Callable[..., Client], people: Any
) -> None:
    client = client_for(store)
    log_in(client)
    page = client.get("/account/password/change/")
    assert "/theme.css" in page.content.decode()
    new = {"password1": "another good phrase", "password2": "another good phrase"}
    wrong = client.post("/account/password/change/", {"oldpassword": "x", **new})
    assert 'role="alert"' in wrong.content.decode()
    client.post("/account/password/change/", {"oldpassword": PASSWORD, **new})
    assert client.get("/account/").status_code == 200
    assert log_in(client_for(store), "another good phrase").status_code == 302


@pytest.mark.parametrize(
    "path",
    ["/account/email/", "/account/confirm-email/", "/account/confirm-email/MTp4/", "/accounts/"],
)
def test_what_a_store_does_not_offer_has_no_address(
    store: Any, client_for: Callable[..., Client], people: Any, path: str
) -> None:
    client = client_for(store)
    log_in(client)
    assert client.get(path).status_code == 404
