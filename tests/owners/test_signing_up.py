"""From an e-mail address to an account, on the platform's host."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.common.clock import moved_to, now
from apps.events.models import AuditEntry
from apps.owners.links import new_account_url, read_new_account
from tests.owners.making import PASSWORD, link_in_mail, sign_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_for: Callable[..., Client]) -> Client:
    return client_for(None)


def without_token(page: Any) -> str:
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", page.content.decode())


def test_a_verified_address_gets_an_account_that_is_no_staff(client: Client) -> None:
    user = sign_up(client, "asha@example.com")
    assert (user.is_staff, user.is_superuser, user.role) == (False, False, "customer")
    assert client.get("/stores/").status_code == 200
    assert client.get("/admin/").status_code == 302
    assert client.get("/api/v1/stores").status_code in (401, 403, 405)
    actions = AuditEntry.objects.values_list("action", flat=True)
    assert {"owner.signed_up", "owner.logged_in"} <= set(actions)
    client.post("/logout/")
    assert client.get("/stores/")["Location"] == "/login/?next=%2Fstores%2F"


def test_known_and_unknown_addresses_get_the_same_answer_and_one_mail(client: Client) -> None:
    accounts.create_user(email="known@example.com", password=PASSWORD)
    closed = accounts.create_user(email="close@example.com", password=PASSWORD)
    accounts.set_active(user=closed, is_active=False)
    pages = set()
    for email in ("known@example.com", "other@example.com", "close@example.com"):
        answer = client.post("/signup/", {"email": email})
        assert answer.status_code == 200
        pages.add(without_token(answer).replace(email, "X"))
    assert len(pages) == 1
    assert [each.to[0] for each in mail.outbox] == [
        "known@example.com",
        "other@example.com",
        "close@example.com",
    ]
    assert len({each.subject for each in mail.outbox}) == 3


def test_a_link_works_once(client: Client, client_for: Callable[..., Client]) -> None:
    sign_up(client)
    path = link_in_mail()
    other = client_for(None)
    assert other.get(path).status_code == 410
    assert other.post(path, {"password": "another long password"}).status_code == 410
    assert User.objects.get(email="asha@example.com").check_password(PASSWORD)


def test_a_used_link_makes_no_second_account_once_the_first_is_closed(client: Client) -> None:
    sign_up(client)
    path = link_in_mail()
    assert client.post("/account/", {"password": PASSWORD}).status_code == 302
    assert not User.objects.filter(email="asha@example.com").exists()
    assert client.get(path).status_code == 410
    assert client.post(path, {"password": PASSWORD}).status_code == 410


def test_looking_at_a_link_uses_nothing_up(client: Client) -> None:
    client.post("/signup/", {"email": "asha@example.com"})
    path = link_in_mail()
    for _ in range(3):
        assert client.get(path).status_code == 200
    assert not User.objects.filter(email="asha@example.com").exists()


def test_a_link_ends_after_a_day() -> None:
    path = new_account_url("asha@example.com").rstrip("/").rpartition("/")[2]
    with moved_to(now() + timedelta(hours=23)):
        assert read_new_account(path) is not None
    with moved_to(now() + timedelta(hours=25)):
        assert read_new_account(path) is None


@pytest.mark.parametrize(
    "change", [lambda t: t + "x", lambda t: "x" + t, lambda t: "a:b", str.upper]
)
def test_a_changed_link_is_over(client: Client, change: Callable[[str], str]) -> None:
    client.post("/signup/", {"email": "asha@example.com"})
    token = link_in_mail().removeprefix("/signup/").rstrip("/")
    assert client.get(f"/signup/{change(token)}/").status_code == 410


@pytest.mark.parametrize(
    "password", ["", "short", "1234567890123", "password123456", "asha@example.com"]
)
def test_a_weak_password_makes_no_account(client: Client, password: str) -> None:
    client.post("/signup/", {"email": "asha@example.com"})
    answer = client.post(link_in_mail(), {"password": password})
    assert answer.status_code == 422
    assert not User.objects.filter(email="asha@example.com").exists()


@pytest.mark.parametrize(
    "email",
    ["", "nonsense", "a\x00@b.example", "a@b.example\nBcc: c@d.example", "a" * 5000 + "@b.example"],
)
def test_what_is_no_address_gets_no_mail(client: Client, email: str) -> None:
    assert client.post("/signup/", {"email": email}).status_code == 422
    assert mail.outbox == []


def test_an_address_of_any_script_is_one_account(client: Client) -> None:
    typed = "\uff21sha@läden.example"
    client.post("/signup/", {"email": typed})
    assert client.post(link_in_mail(), {"password": PASSWORD}).status_code == 302
    user = User.objects.get()
    assert user.email == "asha@xn--lden-loa.example"
    client.post("/logout/")
    assert client.post("/login/", {"email": typed, "password": PASSWORD}).status_code == 302


def test_an_account_chooses_a_new_password_by_a_link_of_one_use(client: Client) -> None:
    sign_up(client)
    client.post("/logout/")
    client.post("/login/forgotten/", {"email": "asha@example.com"})
    path = link_in_mail()
    assert client.get(path).status_code == 200
    assert client.post(path, {"password": "another long password"}).status_code == 302
    assert client.get(path).status_code == 410
    assert User.objects.get().check_password("another long password")


def test_wrong_passwords_are_refused_in_the_same_words(client: Client) -> None:
    accounts.create_user(email="known@example.com", password=PASSWORD)
    wrong = client.post("/login/", {"email": "known@example.com", "password": "wrong password"})
    unknown = client.post("/login/", {"email": "no@example.com", "password": "wrong password"})
    assert wrong.status_code == unknown.status_code == 422
    pages = [without_token(each) for each in (wrong, unknown)]
    assert pages[0].replace("known@", "no@") == pages[1]


@pytest.mark.parametrize("goal", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_a_login_leads_to_no_other_host(client: Client, goal: str) -> None:
    accounts.create_user(email="known@example.com", password=PASSWORD)
    values = {"email": "known@example.com", "password": PASSWORD, "next": goal}
    assert client.post("/login/", values)["Location"] == "/stores/"


def test_requests_are_limited_by_visitor_and_by_address(
    client: Client, client_for: Callable[..., Client], settings: Any
) -> None:
    settings.API_THROTTLE_RATES = {
        **settings.API_THROTTLE_RATES,
        "signup_to": "2/h",
        "signup": "5/h",
    }
    for _ in range(2):
        assert client.post("/signup/", {"email": "asha@example.com"}).status_code == 200
    elsewhere = client_for(None, **{"x-forwarded-for": "203.0.113.9"})
    assert elsewhere.post("/signup/", {"email": "asha@example.com"}).status_code == 429
    assert elsewhere.post("/login/forgotten/", {"email": "asha@example.com"}).status_code == 429
    codes = [client.post("/signup/", {"email": f"a{n}@example.com"}).status_code for n in range(4)]
    assert codes[-1] == 429
    assert len(mail.outbox) <= 5
    for label in "ab":  # a visitor over the limit counts for no mailbox
        assert client.post("/signup/", {"email": f"ben+{label}@example.com"}).status_code == 429
    for label in "cd":  # labels lead to one mailbox
        asked = elsewhere.post(
            "/signup/", {"email": f"ben+{label}@example.com"}, REMOTE_ADDR="203.0.113.9"
        )
        assert asked.status_code == 200
    last = elsewhere.post("/signup/", {"email": "ben+e@example.com"}, REMOTE_ADDR="203.0.113.9")
    assert last.status_code == 429


def test_nothing_of_it_is_there_while_sign_up_is_closed(client: Client, settings: Any) -> None:
    client.post("/signup/", {"email": "asha@example.com"})
    path = link_in_mail()
    settings.SIGNUP_OPEN = False
    for each in ("/signup/", path, "/stores/new/"):
        assert client.get(each).status_code == 404
    assert client.post("/signup/", {"email": "b@example.com"}).status_code == 404
    assert "/signup/" not in client.get("/").content.decode()
    assert "/signup/" not in client.get("/login/").content.decode()
    client.post("/login/forgotten/", {"email": "b@example.com"})
    assert "/signup/" not in str(mail.outbox[-1].body)


def test_the_pages_are_not_on_the_host_of_a_store(
    store: Any, client_for: Callable[..., Client]
) -> None:
    assert client_for(store).get("/signup/").status_code == 404
    assert client_for(store).get("/stores/").status_code == 404


def test_only_development_says_where_its_mails_are(client: Client, settings: Any) -> None:
    assert "Development" not in client.post("/signup/", {"email": "a@example.com"}).content.decode()
    settings.MAILBOX_PAGE = True
    page = client.post("/signup/", {"email": "a@example.com"}).content.decode()
    assert f"{settings.EMAIL_FILE_PATH}/platform" in page
