"""Pages have one address. Whatever host, port or spelling is asked, links that outlive the request say the primary one."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from apps.accounts.models import User
from apps.platform import services as platform
from apps.platform.models import Store
from apps.platform.selectors import current_url, forget_addresses, store_url
from apps.tenancy.context import use_store
from tests.checkout.shop import make_cart, make_goods
from tests.support.mails import delivered

HOME = "http://alpha.localhost:8000"
PRIMARY = ["alpha.localhost", "alpha.localhost:8000", "alpha.localhost:08000", "alpha.localhost:"]
OTHERS = [
    "tea.example",
    "tea.example:8000",
    "alpha.localhost:31337",
    "alpha.localhost:80",
    "alpha.localhost:" + "9" * 5000,
    "alpha.localhost.",
    "alpha.localhost.:8000",
    "alpha.localhost.:",
    "alpha.localhost.:443",
    "tea.example:",
    "ALPHA.localhost:",
    "xn--lden-loa.example",
    "XN--Lden-LOA.example.:80",
    "ALPHA.localhost",
    "Tea.Example.:31337",
]


@pytest.fixture(autouse=True)
def second_host(store: Any) -> Iterator[None]:
    platform.add_domain(store=store, host="tea.example")
    platform.add_domain(store=store, host="läden.example")
    forget_addresses()
    yield
    forget_addresses()


def ask(host: str, path: str = "/", method: str = "get", **more: Any) -> Any:
    return getattr(Client(), method)(path, headers={"host": host}, **more)


@pytest.mark.parametrize("host", PRIMARY)
def test_pages_are_served_at_the_primary_address(host: str) -> None:
    assert ask(host).status_code == 200


@pytest.mark.parametrize("host", OTHERS)
@pytest.mark.parametrize("method", ["get", "head"])
def test_other_spellings_lead_there_with_path_and_query(host: str, method: str) -> None:
    answer = ask(host, "/search/?q=%E0%A4%9A%E0%A4%BE%E0%A4%AF&page=2", method)
    assert answer.status_code == 301
    assert answer["Location"] == f"{HOME}/search/?q=%E0%A4%9A%E0%A4%BE%E0%A4%AF&page=2"
    kept = host.lower().startswith("alpha.localhost")
    assert answer["Cache-Control"] == ("max-age=600" if kept else "no-cache")


@pytest.mark.parametrize("host", OTHERS)
def test_a_form_is_not_sent_on_and_says_where_to(host: str, store: Any) -> None:
    """A browser would send it without its cookies."""
    answer = ask(host, "/account/password/reset/", "post", data={"email": "mira@example.com"})
    assert answer.status_code == 421
    assert f'<a href="{HOME}/">' in answer.text
    assert "Nothing was sent" in answer.text
    assert not mail.outbox


@pytest.mark.parametrize("path", ["/%2Fevil.example/", "//evil.example/x", "/\\evil.example"])
def test_a_path_never_becomes_a_host(path: str) -> None:
    answer = ask("tea.example", path)
    assert answer["Location"].startswith(f"{HOME}/")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/admin/login/?next=/admin/", 200),
        ("/api/v1/products", 200),
        ("/media/products/nothing.webp", 404),
        ("/health", 200),
        ("/ready", 200),
    ],
)
@pytest.mark.parametrize("host", OTHERS)
def test_programs_and_staff_are_answered_on_every_host(host: str, path: str, status: int) -> None:
    assert ask(host, path).status_code == status


@pytest.mark.parametrize(
    "host",
    [
        "unknown.example",
        "alpha.localhost..",
        "evil.example:8000",
        "a b",
        "alpha.localhost::",
        "alpha.localhost:80:",
        ":",
        "[::1",
    ],
)
def test_an_unknown_host_is_no_address_of_ours(host: str) -> None:
    answer = ask(host)
    assert answer.status_code == 404
    assert "Location" not in answer


def test_another_primary_host_is_where_pages_are_from_then_on(store: Any) -> None:
    platform.add_domain(store=store, host="shop.example", is_primary=True)
    forget_addresses()
    assert ask("alpha.localhost")["Location"] == "http://shop.example:8000/"
    assert ask("shop.example").status_code == 200
    with use_store(store):
        assert current_url("/x") == store_url(store, "/x") == "http://shop.example:8000/x"


def test_pages_that_were_kept_follow_the_primary_host(
    store: Any, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    """Canonical links, sitemap and robots as well; the former host redirects, and nobody is led back and forth."""
    pages = ("/", "/sitemap.xml", "/robots.txt")
    for page in pages:
        assert "tea.example" not in ask("alpha.localhost", page).text
    tea = store.domains.get(domain="tea.example")
    with django_capture_on_commit_callbacks(using="platform", execute=True):
        platform.make_primary(domain=tea)
    for page in pages:
        answer = ask("tea.example", page)
        assert answer.status_code == 200
        assert "alpha.localhost" not in answer.text
        assert "http://tea.example:8000" in answer.text or page == "/sitemap.xml"
        elsewhere = ask("alpha.localhost", f"{page}?a=1&b=%2F")
        assert elsewhere["Location"] == f"http://tea.example:8000{page}?a=1&b=%2F"
        assert elsewhere["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("host", ["tea.example", "xn--lden-loa.example:80", "alpha.localhost:80"])
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/payments/webhook/test", 401),
        ("/integrations/clickpost/webhook/tracking", 401),
        (f"/payments/razorpay/{'0' * 8}-0000-0000-0000-{'0' * 12}/return/", 404),
        ("/mails/not-a-token/", 404),
        ("/cart/", 421),
        ("/not-a-page/", 421),
    ],
)
def test_forms_that_need_no_cookie_are_taken_at_every_host(
    host: str, path: str, status: int
) -> None:
    """Their addresses were given to gateways, carriers and mail programs before the primary host changed."""
    assert ask(host, path, "post", data={"a": "1"}).status_code == status


@pytest.mark.parametrize(
    ("changes", "address"),
    [
        ({"PORT": 80}, "http://alpha.localhost/"),
        ({"PUBLIC_PORT": 8080}, "http://alpha.localhost:8080/"),
        ({"SECURE_SSL_REDIRECT": True}, "https://alpha.localhost/"),
        ({"SECURE_SSL_REDIRECT": True, "PUBLIC_PORT": 8443}, "https://alpha.localhost:8443/"),
    ],
)
def test_scheme_and_port_are_settings(
    store: Any, settings: Any, changes: dict[str, Any], address: str
) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)
    assert store_url(store) == address


def test_behind_tls_a_host_with_another_port_leads_to_the_one_address(
    store: Any, settings: Any
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = ask("alpha.localhost:31337", "/search/", secure=True)
    assert answer["Location"] == "https://alpha.localhost/search/"
    assert ask("alpha.localhost", "/search/", secure=True).status_code == 200


@pytest.mark.parametrize(
    "changes", [{"status": "suspended"}, {"is_published": False}, {"status": "provisioning"}]
)
def test_a_closed_store_says_so_on_every_host(store: Any, changes: dict[str, Any]) -> None:
    Store.objects.filter(pk=store.pk).update(**changes)
    forget_addresses()
    for host in ("alpha.localhost", "tea.example", "alpha.localhost:31337"):
        assert ask(host).status_code == 503


def test_the_platforms_pages_are_at_home_on_each_of_its_hosts() -> None:
    for host in (
        "localhost",
        "localhost:",
        "[::1]:",
        "localhost:31337",
        "127.0.0.1:8000",
        "[::1]:8000",
    ):
        assert ask(host).status_code == 200
    assert ask("localhost.:8000", "/?a=1")["Location"] == "http://localhost:8000/?a=1"
    assert ask("localhost.:", "/?a=1")["Location"] == "http://localhost/?a=1"
    assert ask("LOCALHOST")["Location"] == "http://localhost/"
    assert ask("LOCALHOST.", "/admin/login/?next=/admin/").status_code == 200


def test_pages_name_their_one_address(store: Any) -> None:
    with use_store(store):
        product = make_goods().product
    page = ask("alpha.localhost", f"/product/{product.slug}/?variant=x&utm_source=mail").text
    address = f"{HOME}/product/{product.slug}/"
    assert f'<link rel="canonical" href="{address}">' in page
    assert f'<meta property="og:url" content="{address}">' in page
    assert f'<link rel="canonical" href="{HOME}/">' in ask("alpha.localhost").text


@pytest.mark.parametrize("host", OTHERS)
def test_the_apis_links_to_files_and_payments_are_at_the_primary_address(
    host: str, store: Any
) -> None:
    with use_store(store):
        cart = make_cart(make_goods())
    from tests.checkout.shop import ADDRESS

    order = Client().post(
        "/api/v1/orders",
        {
            "email": "asha@example.com",
            "shipping_address": ADDRESS,
            "shipping_method": "standard",
            "payment_method": "test",
        },
        content_type="application/json",
        headers={"host": host, "x-cart-token": cart.token},
    )
    assert order.json()["next_url"].startswith(f"{HOME}/payments/test/")


@pytest.mark.parametrize("email", ["mira@example.com", "nobody-here@example.com"])
def test_mails_link_to_the_primary_address(
    store: Any, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    """Even where a request gets as far as the mail: what it says of its host is not repeated."""
    with use_store(store):
        User.objects.create_user("mira@example.com", "a good long phrase")
    monkeypatch.setattr("apps.platform.middleware.answer_elsewhere", lambda *_: None)
    for host in ("tea.example", "alpha.localhost:31337", "alpha.localhost."):
        mail.outbox.clear()
        ask(host, "/account/password/reset/", "post", data={"email": email})
        (message,) = delivered(store)
        links = re.findall(r"https?://\S+", str(message.body))
        assert any(link.startswith(f"{HOME}/account/") for link in links)
        assert all(link.startswith(f"{HOME}/") for link in links)
        assert "31337" not in message.body


def test_attempts_to_log_in_are_counted_whatever_host_is_named(
    store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with use_store(store):
        User.objects.create_user("mira@example.com", "a good long phrase")
    statuses = [
        ask(
            f"alpha.localhost:{40000 + attempt}",
            "/api/v1/auth/login",
            "post",
            data={"email": "mira@example.com", "password": "wrong"},
            content_type="application/json",
        ).status_code
        for attempt in range(12)
    ]
    assert statuses[0] == 401
    assert statuses[-1] == 429


def test_an_empty_port_is_none_where_tls_is_asked_for_and_where_a_form_is_sent(
    store: Any, settings: Any
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    secure = ask("alpha.localhost:", "/search/")
    assert (secure.status_code, secure["Location"]) == (301, "https://alpha.localhost/search/")
    settings.SECURE_SSL_REDIRECT = False
    client = Client(enforce_csrf_checks=True, headers={"host": "alpha.localhost:"})
    client.get("/account/password/reset/")
    sent = client.post(
        "/account/password/reset/",
        {"email": "x@example.com", "csrfmiddlewaretoken": client.cookies["csrftoken"].value},
        headers={"origin": "http://alpha.localhost"},
    )
    assert sent.status_code == 302


def test_a_login_stays_with_its_host(store: Any, client_for: Callable[..., Client]) -> None:
    """Cookies name no domain: a browser keeps them for the host that set them."""
    client = client_for(store)
    with use_store(store):
        User.objects.create_user("mira@example.com", "a good long phrase")
    client.post("/account/login/", {"login": "mira@example.com", "password": "a good long phrase"})
    assert client.cookies
    assert all(not cookie["domain"] for cookie in client.cookies.values())
