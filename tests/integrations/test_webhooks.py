"""The doors for outside systems: who may send, what is kept, what is answered."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.common.bodies import REFUSED
from apps.inbox import services as inbox
from apps.inbox.models import InboxMessage
from apps.integrations import services as integrations
from apps.integrations.documents import ClickPostDevOrder, ClickPostOrder, EasyEcomOrder
from apps.integrations.selectors import find_integration, list_secrets
from apps.integrations.webhooks import count_refusals
from apps.tenancy.context import use_store
from tests.integrations.bodies import CLICKPOST, DEVELOPMENT, EASYECOM, invoice, parcel, post

pytestmark = pytest.mark.django_db
Connect = Callable[..., str]
Clients = Callable[..., Client]


def messages(store: Any) -> list[InboxMessage]:
    with use_store(store):
        return list(InboxMessage.objects.order_by("received_at"))


@pytest.mark.parametrize("is_platform", [False, True])
def test_a_message_is_kept_raw_answered_and_handled_once(
    store: Any, other_store: Any, client_for: Clients, connect: Connect, is_platform: bool
) -> None:
    secret = connect(store, "easyecom")
    connect(other_store, "easyecom")
    client = client_for(None if is_platform else store)
    body = b' {"orders":  [{"invoice_id": 7, "reference_code": "KS-7", "order_status": "Open"}]}'

    for _ in range(3):
        answer = post(client, f"{EASYECOM}orders", body, secret, cookie="a=b", **{"x-try": "1"})
        assert (answer.status_code, answer.json()) == (200, {"received": True})

    assert messages(other_store) == []
    [kept] = messages(store)
    assert (kept.raw, kept.size, kept.topic) == (body, len(body), "orders")
    assert (kept.source, kept.subject, kept.state) == ("easyecom", "KS-7", "waiting")
    assert kept.headers["x-try"] == "1"
    assert secret not in str(kept.headers)
    assert "cookie" not in kept.headers
    with use_store(store):
        assert [inbox.handle_due(), inbox.handle_due()] == [1, 0]
        [written] = EasyEcomOrder.objects.all()
        assert (written.ref, written.number, written.status) == ("7", "KS-7", "Open")
        assert InboxMessage.objects.get().effect == "1 documents written."
    with use_store(other_store):
        assert not EasyEcomOrder.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        lambda secret: {"authorization": secret},
        lambda secret: {"authorization": f"Bearer {secret}"},
        lambda secret: {"authorization": f"Token {secret}"},
        lambda secret: {"webhook-key": secret},
        lambda secret: {"x-api-key": secret, "access-token": "another"},
    ],
)
def test_the_secret_comes_in_the_ways_the_systems_have(
    store: Any, client_for: Clients, connect: Connect, headers: Any
) -> None:
    secret = connect(store, "clickpost")
    client = client_for(store)

    assert post(client, f"{CLICKPOST}tracking", parcel(), **headers(secret)).status_code == 200
    assert post(client, f"{CLICKPOST}tracking?token={secret}", parcel("KS-2")).status_code == 200
    assert len(messages(store)) == 2


@pytest.mark.parametrize(
    "kind",
    ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded; charset=nonsense", "text/plain"],
)  # fmt: skip
def test_the_bytes_count_whatever_type_they_are_said_to_have(
    store: Any, client_for: Clients, connect: Connect, kind: str
) -> None:
    given = {"access-token": connect(store, "clickpost")}
    client, path = client_for(store), f"{CLICKPOST}tracking"
    for body in (b'{"waybill": "1"}', b"--x\r\nno part", b"a=%ff&b"):
        answer = client.generic("POST", path, body, kind, headers=given)
        assert answer.status_code == 200, body
    assert [each.state for each in messages(store)] == ["waiting", "dead", "dead"]


def test_a_wrong_secret_is_refused_and_only_counted(
    store: Any, other_store: Any, client_for: Clients, connect: Connect
) -> None:
    secret, theirs = connect(store, "clickpost"), connect(other_store, "clickpost")
    tests = connect(store, "clickpost", "development")
    client = client_for(store)
    path = f"{CLICKPOST}tracking"

    for wrong in ("", "nonsense", secret[:-1], secret + "x", "\ud83d\ude00", theirs, tests):
        answer = post(client, path, parcel(), wrong)
        assert answer.status_code == 401, wrong
        assert answer.json()["error"]["code"] == "wrong_secret"
    assert post(client, f"{DEVELOPMENT}tracking", parcel(), secret).status_code == 401
    assert post(client_for(None), f"{DEVELOPMENT}tracking", parcel(), secret).status_code == 401
    assert post(client, f"{EASYECOM}orders", invoice(), secret).status_code == 401

    assert messages(store) == messages(other_store) == []
    with use_store(store):
        assert count_refusals("clickpost") == 7
    for missing in ("/integrations/clickpost/webhook/stock", "/integrations/other/webhook/orders"):
        for host in (client, client_for(None)):
            answer = post(host, missing, parcel(), secret)
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert client.get(path).json()["error"]["code"] == "method_not_allowed"
    environ: Any = {REFUSED: 413}
    answer = client.post(path, b"", content_type="application/json", **environ)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


def test_two_secrets_are_good_while_one_replaces_the_other(
    store: Any, client_for: Clients, connect: Connect
) -> None:
    first = connect(store, "easyecom")
    client = client_for(store)
    with use_store(store):
        integration = find_integration("easyecom")
        assert integration is not None
        second = integrations.make_secret(integration=integration)
        newest, older = list_secrets(integration)
        assert newest.ends_at is None
        assert older.ends_at is not None
    for number, secret in enumerate((first, second)):
        answer = post(client, f"{EASYECOM}orders", invoice(f"KS-{number}"), secret)
        assert answer.status_code == 200

    with use_store(store):
        assert integrations.end_old_secrets(integration=integration) == 1
        assert integrations.end_old_secrets(integration=integration) == 0
    assert post(client, f"{EASYECOM}orders", invoice("KS-3"), first).status_code == 401
    assert post(client, f"{EASYECOM}orders", invoice("KS-4"), second).status_code == 200
    with use_store(store):
        integrations.remove_integration(integration=integration)
    assert post(client, f"{EASYECOM}orders", invoice("KS-5"), second).status_code == 401
    assert len(messages(store)) == 3


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "The body is empty."),
        (b"{not json", "This is not valid JSON. See line 1, letter 2."),
        (b"\xff\xfe", "The body is not text in UTF-8."),
        (b"null", "The body must be a JSON object or a list."),
        (b'"text"', "The body must be a JSON object or a list."),
        (b"[" * 5000, "The JSON is nested too deeply."),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "The JSON is nested too deeply."),
        (b'{"orders": 7}', "The field orders must be a JSON object, or a list of them."),
        (b'{"orders": null}', "The field orders is missing."),
        (b'{"orders": ["x"]}', "The field orders must be a JSON object, or a list of them."),
        (
            b'{"orders": [{"invoice_id": {"$ne": 1}, "reference_code": ["x"]}]}',
            "The field reference_code must be a text or a number.",
        ),
        (
            b'{"orders": [{"reference_code": "' + b"x" * 500 + b'"}]}',
            f"The field reference_code is too long: {'x' * 40}…",
        ),
        (
            b'{"orders": [' + b'{"a": "' + b"x" * 5_000_000 + b'"}]}',
            "The body is too long: 4.8\xa0MB. The limit is 1.0\xa0MB.",
        ),
    ],
)
def test_a_body_that_can_not_be_handled_is_kept_with_the_reason(
    store: Any, client_for: Clients, connect: Connect, body: bytes, words: str
) -> None:
    secret = connect(store, "easyecom")

    for _ in range(2):
        answer = post(client_for(store), f"{EASYECOM}orders", body, secret)
        assert answer.status_code == 200, "EasyEcom stops to send after many 4xx"
        assert answer.json()["error"] == words

    [kept] = messages(store)
    assert (kept.state, kept.size) == ("dead", len(body))
    assert kept.raw == body[: 64 * 1024]
    assert kept.last_error == words
    assert post(client_for(store), f"{EASYECOM}orders", body, "wrong").status_code == 401
    assert len(messages(store)) == 1


def test_what_comes_while_an_integration_is_paused_waits(
    store: Any, client_for: Clients, connect: Connect
) -> None:
    secret = connect(store, "clickpost")
    with use_store(store):
        integration = find_integration("clickpost")
        assert integration is not None
        integrations.pause_integration(integration=integration)
    assert post(client_for(store), f"{CLICKPOST}tracking", parcel(), secret).status_code == 200

    with use_store(store):
        assert inbox.handle_due() == 0
        assert InboxMessage.objects.get().attempts == 0
        integrations.resume_integration(integration=integration)
        assert inbox.handle_due() == 1
        assert ClickPostOrder.objects.get().number == "KS-1"


@pytest.mark.parametrize("is_fallback", [True, False])
def test_development_reaches_development_documents_alone(
    store: Any, client_for: Clients, connect: Connect, settings: Any, is_fallback: bool
) -> None:
    settings.MONGODB_DEV_IS_FALLBACK = is_fallback
    live, tests = connect(store, "clickpost"), connect(store, "clickpost", "development")
    client = client_for(store)
    post(client, f"{CLICKPOST}orders", parcel(code=4), live)
    with use_store(store):
        inbox.handle_due()
        before = list(ClickPostOrder.objects.values())

    for topic in ("orders", "tracking"):
        body = parcel(code=8, at="2026-11-29T10:00:00Z") | {"topic": topic}
        assert post(client, f"{DEVELOPMENT}{topic}", body, tests).status_code == 200

    with use_store(store):
        assert inbox.handle_due() == 2
        assert list(ClickPostOrder.objects.values()) == before
        [written] = ClickPostDevOrder.objects.all()
        assert (written.number, written.status_code) == ("KS-1", "8")
