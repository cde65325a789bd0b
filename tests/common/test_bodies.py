"""Bodies in pieces, from a real web server: they are read up to the limit, or refused in our own words."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from apps.common.bodies import REFUSED, MeasuredBodies
from apps.gateways.test_bank import SIGNATURE_HEADER, sign
from apps.inbox.models import InboxMessage
from apps.tenancy.context import use_store
from tests.support.acting import seeing_all
from tests.support.databases import ENVIRONMENT
from tests.support.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def port(django_db_setup: None, django_db_blocker: Any) -> Iterator[int]:
    """gunicorn as on servers, on the databases of this test process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    sql = connections["platform"].settings_dict
    server = f"{sql['USER']}:{sql['PASSWORD']}@{sql['HOST']}:{sql['PORT']}"
    environment = {
        **ENVIRONMENT,
        "DATABASE_URL": f"postgresql://{server}/{sql['NAME']}",
        "MONGODB_NAME": connections["documents"].settings_dict["NAME"],
        "PORT": str(number),
        "BIND": f"127.0.0.1:{number}",
        "CACHE_PREFIX": f"bodies{number}",
        "WEB_CONCURRENCY": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
    }
    environment.pop("POLYSTORE_EMBEDDED", None)
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "python:config.gunicorn",
        "config.wsgi",
    ]
    process = subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )

    def answers() -> bool:
        assert process.poll() is None
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", number)) == 0

    wait_until(answers, "gunicorn does not answer", seconds=60)
    yield number
    process.terminate()
    process.wait(20)


def send(
    port: int,
    store: Any,
    path: str,
    pieces: list[bytes],
    *,
    ending: bytes = b"0\r\n\r\n",
    **headers: str,
) -> tuple[int, dict[str, str], Any]:
    """Status, headers and JSON of a request whose body comes in these pieces."""
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {store.slug}.localhost",
        "Transfer-Encoding: chunked",
        "Connection: close",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        try:
            for piece in pieces:
                connection.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            connection.sendall(ending)
        except OSError:  # refused before the end, which is what one test is about
            pass
        answer = HTTPResponse(connection)
        answer.begin()
        body = answer.read()
    told = dict(answer.getheaders())
    is_json = told.get("Content-Type", "").startswith("application/json")
    return answer.status, told, json.loads(body) if is_json else body.decode()


JSON: dict[str, Any] = {"Content_Type": "application/json"}

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.matrix]


def test_json_in_pieces_is_read(port: int, throwaway_store: Any) -> None:
    body = json.dumps({"email": "mira@example.com", "password": "wrong"}).encode()
    status, _, answer = send(
        port, throwaway_store, "/api/v1/auth/login", [body[:7], body[7:]], **JSON
    )
    assert (status, answer["error"]["code"]) == (401, "authentication_failed")
    status, _, answer = send(port, throwaway_store, "/api/v1/auth/login", [], **JSON)
    assert status == 400


def test_a_form_in_pieces_is_read(port: int, throwaway_store: Any) -> None:
    form: dict[str, Any] = {"Content_Type": "application/x-www-form-urlencoded"}
    status, _, _ = send(port, throwaway_store, "/account/login/", [b"login=x"], **form)
    assert status == 403  # it was read as far as the missing token


def test_a_signed_event_in_pieces_is_verified(port: int, throwaway_store: Any) -> None:
    event = {"id": "evt_pieces", "type": "charge.paid", "data": {"charge_ref": "nobody"}}
    body = json.dumps(event).encode()
    with use_store(throwaway_store):
        headers: dict[str, Any] = {SIGNATURE_HEADER: sign(body)}
    path = "/api/v1/payments/webhook/test"
    status, _, answer = send(port, throwaway_store, path, [body[:10], body[10:]], **headers, **JSON)
    assert (status, answer) == (200, {"received": True})
    with seeing_all(throwaway_store):
        assert InboxMessage.objects.count() == 1
    status, _, _ = send(port, throwaway_store, path, [body, b"!"], **headers, **JSON)
    assert status == 401, "the signature is not of this body"


@pytest.mark.parametrize("path", ["/api/v1/auth/login", "/account/login/"])
def test_more_than_the_limit_is_refused_before_it_has_come(
    port: int, throwaway_store: Any, path: str
) -> None:
    began = time.monotonic()
    status, told, answer = send(port, throwaway_store, path, [b"x" * 2**20] * 24, **JSON)
    assert status == 413
    if path.startswith("/api/"):
        assert answer["error"]["code"] == "too_large"
        assert answer["error"]["request_id"] == told["X-Request-ID"]
    assert time.monotonic() - began < 60


def test_more_json_than_the_api_reads_is_refused(port: int, throwaway_store: Any) -> None:
    status, _, answer = send(
        port, throwaway_store, "/api/v1/auth/login", [b'{"email":"', b"x" * 2**20, b'"}'], **JSON
    )
    assert (status, answer["error"]["code"]) == (413, "too_large")


def test_pieces_that_are_none_are_refused(port: int, throwaway_store: Any) -> None:
    status, _, _ = send(
        port, throwaway_store, "/api/v1/auth/login", [b"{}"], ending=b"zz\r\n", **JSON
    )
    assert status == 400


def test_a_server_that_can_not_tell_the_end_asks_for_a_length(store: Any) -> None:
    """`runserver` is one."""
    seen: dict[str, Any] = {}
    application = MeasuredBodies(lambda environ, _start: [seen.update(environ) or b""])
    list(application({"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": None}, None))
    assert (seen[REFUSED], seen["CONTENT_LENGTH"]) == (411, "0")
    client = Client(headers={"host": "alpha.localhost"})
    measured: dict[str, Any] = {REFUSED: 411}
    answer = client.post("/api/v1/auth/login", **measured)
    assert answer.status_code == 411
    assert answer.json()["error"]["code"] == "length_required"
    assert client.post("/cart/add/", **measured).status_code == 411
