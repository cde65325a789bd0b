"""Bodies that are no readable form: a page with a 4xx, also with DEBUG on, where Django would show a traceback."""

from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role
from apps.tenancy.context import use_store
from tests.api.shop import make_user

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
_FILE = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nx\r\n'


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        (f"{URLENCODED}; charset=utf-16", b"a=b", 400),
        (f"{URLENCODED}; charset=latin-1", b"a=b", 400),
        (URLENCODED, b"a=1&" * 4001, 400),
        (URLENCODED, b"a=" + b"x" * (12 * 1024 * 1024), 413),
        ("multipart/form-data", b"abc", 400),
        (MULTIPART, _FILE * 101 + b"--x--\r\n", 400),
    ],
    ids=["utf-16", "latin-1", "many fields", "huge", "no boundary", "many files"],
)
def test_what_can_not_be_read_is_a_page(
    browse: Client, settings: Any, debug: bool, content_type: str, body: bytes, status: int
) -> None:
    settings.DEBUG = debug
    browse.raise_request_exception = False
    for path in ("/cart/add/", "/account/login/", "/admin/login/?next=/admin/"):
        answer = browse.post(path, body, content_type=content_type)
        page = answer.content.decode()
        assert (path, answer.status_code) == (path, status)
        assert "This request is not valid" in page
        assert "Traceback" not in page


@pytest.mark.parametrize("debug", [True, False])
def test_what_the_admin_refuses_as_nonsense_is_a_page(
    store: Any, client_for: Any, settings: Any, debug: bool
) -> None:
    settings.DEBUG = debug
    client = client_for(store)
    with use_store(store):
        client.force_login(make_user(store, Role.OWNER))
    client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value
    answer = client.get("/admin/inventory/warehouse/add/?_popup=1&_to_field=password")
    assert answer.status_code == 400
    assert "This request is not valid" in answer.content.decode()
