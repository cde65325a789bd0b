"""The portal of e-invoices in the admin and the API: its keys, the page of a document, and where requests may go."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.test import Client, override_settings

from apps.accounts.roles import Role
from apps.common.errors import InvalidInput
from apps.invoices import services as invoices
from apps.invoices.kinds import Registers
from apps.invoices.models import EInvoice, Registration
from apps.invoices.portal import keys as portal_keys
from apps.invoices.selectors import get_invoice_settings
from apps.invoices.states import EInvoiceState
from apps.tenancy.errors import HostRefused
from apps.tenancy.outgoing import NoAnswer, check_address, send_out
from tests.api.shop import make_user
from tests.backoffice.sessions import rename_session
from tests.invoices.business import register_seller, sell, switch
from tests.invoices.shop import GSTIN
from tests.support.irp_server import IrpServer, irp_server

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_the_desk")]
KEYS = "/admin/invoices/invoicesettings/portal/"


@pytest.fixture
def visit(store: Any, client_for: Callable[..., Client]) -> Callable[[Role], Client]:
    def log_in(role: Role) -> Client:
        client = client_for(store)
        client.force_login(make_user(store, role))
        return rename_session(client, f"session_{store.slug}")

    return log_in


def test_the_page_of_a_document(portal: IrpServer, visit: Callable[[Role], Client]) -> None:
    """Its number and buttons; the file is refused while it waits, with the words of the page and of the API."""
    document = sell(on=None)
    page = f"/admin/invoices/document/{document.pk}/change/"
    reader, staff = visit(Role.READ_ONLY), visit(Role.SUPPORT)
    assert "Waits for the portal" in staff.get(page).content.decode()
    refused = staff.get(f"/admin/invoices/document/{document.pk}/pdf/", follow=True)
    assert "is being registered" in refused.content.decode()
    buyer = f"/orders/{document.order.access_token}/"
    shop = Client(headers=staff.defaults and {"host": staff.defaults["HTTP_HOST"]})
    assert "being registered, the file follows" in shop.get(buyer).content.decode()
    assert shop.get(f"{buyer}documents/{document.pk}/").status_code == 409
    api = f"/api/v1/orders/{document.order_id}/documents"
    token = {"X-Order-Token": document.order.access_token}
    (shown,) = shop.get(api, headers=token).json()["results"]
    assert shown["has_file"] is False
    assert shown["einvoice"]["state"] == "waiting"
    answer = shop.get(f"{api}/{document.pk}/pdf", headers=token)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "awaits_registration")

    invoices.send_due_einvoices()

    shown_page = staff.get(page).content.decode()
    irn = Registration.objects.get().irn
    assert irn in shown_page
    assert "Cancel the e-invoice" in shown_page
    assert "Cancel the e-invoice" not in reader.get(page).content.decode()
    action = f"/admin/invoices/document/{document.pk}/registration/cancel/"
    assert reader.post(action, {"reason": "1"}).status_code == 403
    staff.post(action, {"reason": "2", "remark": "Typo"})
    invoices.send_due_einvoices()
    assert EInvoice.objects.get().state == EInvoiceState.CANCELLED
    shown_page = staff.get(page).content.decode()
    assert "Make it again" in shown_page
    assert "Typo" in shown_page
    assert "cancelled" in shop.get(buyer).content.decode()


def test_keys_are_entered_tried_and_shown_no_more(
    portal: IrpServer, visit: Callable[[Role], Client]
) -> None:
    owner = visit(Role.OWNER)
    shown = owner.get(KEYS).content.decode()
    assert portal.client[0] in shown
    assert portal.client[1] not in shown
    assert portal.user[1] not in shown
    tried = owner.post(f"{KEYS}check/", {**portal.keys, "password": ""}).content.decode()
    assert "takes the login" in tried
    assert (
        "Keys of the portal"
        in owner.get("/admin/invoices/invoicesettings/", follow=True).content.decode()
    )
    assert visit(Role.SUPPORT).get(KEYS).status_code == 403
    owner.post(KEYS, {"remove": "1"})
    assert "No keys yet" in owner.get(KEYS).content.decode()


def test_the_portal_is_switched_on_with_keys_that_were_tried(at_the_desk: Any) -> None:
    register_seller()
    with pytest.raises(InvalidInput, match=r".*") as refused:
        switch(Registers.BUSINESSES)
    assert refused.value.fields == {"registers": ["Enter the keys of the portal first."]}
    with irp_server(GSTIN) as server:
        good = invoices.try_portal_keys(keys=server.keys)
        assert [each.is_good for each in good] == [True, True, True]
        assert "until" in good[0].sentence
        server.gstins = set()
        (bad,) = invoices.try_portal_keys(keys=server.keys)
        assert "Invalid GSTIN for this user" in bad.sentence
    assert get_invoice_settings().registers == Registers.NONE


def test_secrets_go_to_no_other_address(portal: IrpServer) -> None:
    """What is left empty stays, unless the address or the key that encrypts the login is another one."""
    kept = {**portal.keys, "client_secret": "", "password": "", "headers": ""}
    invoices.save_portal_keys(keys=kept)
    assert sell(on=None)
    assert invoices.send_due_einvoices() == 1
    for change in ({"api_url": "https://example.com"}, {"public_key": portal.keys["signing_key"]}):
        with pytest.raises(InvalidInput) as refused:
            invoices.save_portal_keys(keys={**kept, **change})
        assert {"client_secret", "password"} <= set(refused.value.fields)
    for wrong, field in (
        ({"public_key": "abc"}, "public_key"),
        ({"signing_key": "abc"}, "signing_key"),
        ({"headers": "no colon"}, "headers"),
        ({"api_url": "ftp://portal.example"}, "api_url"),
    ):
        with pytest.raises(InvalidInput) as refused:
            invoices.save_portal_keys(keys={**portal.keys, **wrong})
        assert list(refused.value.fields) == [field]
    assert portal_keys.headers_of({"headers": "A: b; C: d e"}) == {"A": "b", "C": "d e"}


@override_settings(ALLOW_PRIVATE_WEB_HOSTS=False)
@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1", "https://localhost:8000", "https://169.254.169.254/x", "http://example.com",
     "https://[::1]/", "https://user@10.0.0.1", "file:///etc/passwd", "https://"],
)  # fmt: skip
def test_requests_lead_to_no_private_address(url: str) -> None:
    with pytest.raises(HostRefused):
        check_address(url)
    with pytest.raises(HostRefused):
        send_out("GET", url, headers={}, seconds=1)


@override_settings(ALLOW_PRIVATE_WEB_HOSTS=True)
def test_an_answer_is_never_longer_than_was_asked_for() -> None:
    """Whatever size the server names for a chunk of it."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _address = server.accept()
            with connection, suppress(OSError):
                connection.recv(4096)
                head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                connection.sendall(head + b"fffffff\r\n" + b"x" * 200_000)

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        received = send_out("GET", url, headers={}, seconds=5, most=1_000)
        thread.join()
    assert received.content == b"x" * 1_000
    with pytest.raises(NoAnswer):
        send_out("GET", url, headers={"user_name": "अमित"}, seconds=1)
