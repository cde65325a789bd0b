"""The card of an outside system on an order's page: who sees what, and what a press does."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role
from apps.common.errors import Conflict
from apps.easyecom.kind import EasyEcom
from apps.inbox import services as inbox
from apps.integrations.values import CardButton, CardPart, OrderCard
from apps.platform.selectors import forget_addresses
from apps.tenancy.context import use_store
from tests.api.shop import make_user
from tests.backoffice.sessions import rename_session
from tests.checkout.shop import make_cart, make_goods, place
from tests.integrations.bodies import EASYECOM, invoice, post
from tests.support.acting import seeing_all

pytestmark = pytest.mark.django_db


def log_in(store: Any, client_for: Callable[..., Client], role: Role) -> Client:
    client = client_for(store)
    with use_store(store):
        client.force_login(make_user(store, role))
    return rename_session(client, f"session_{store.slug}")


def test_the_page_of_an_order_shows_what_a_connected_system_knows(
    store: Any,
    client_for: Callable[..., Client],
    connect: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with seeing_all(store):
        order = place(make_cart(make_goods())).order
    page = f"/admin/orders/order/{order.pk}/"
    manager, reader = (log_in(store, client_for, each) for each in (Role.MANAGER, Role.READ_ONLY))
    assert "EasyEcom" not in manager.get(f"{page}change/").content.decode()

    secret = connect(store, "easyecom")
    forget_addresses()
    heard = invoice(f"{order.number}_OR1", order_status="Open")
    post(client_for(store), f"{EASYECOM}orders", heard, secret)
    with use_store(store):
        assert inbox.handle_due() == 1
    shown = manager.get(f"{page}change/").content.decode()
    assert "Invoice 900201" in shown
    assert "1490000001" in shown

    def facts_of_order(*_: Any) -> OrderCard:
        return OrderCard(CardPart(buttons=[CardButton("go", "Go on", "orders.change_order", "7")]))

    said = []

    def press(_kind: Any, pressed: Any, verb: str, key: str, actor: Any) -> str:
        said.append((pressed.pk, verb, key, actor.label))
        if len(said) > 1:
            raise Conflict("It can't go on.")
        return "It went on."

    monkeypatch.setattr(EasyEcom, "facts_of_order", facts_of_order)
    monkeypatch.setattr(EasyEcom, "press", press)
    assert "Go on" in manager.get(f"{page}change/").content.decode()
    assert "Go on" not in reader.get(f"{page}change/").content.decode()
    button = f"{page}system/easyecom/"
    assert "It went on." in manager.post(button, {"press": "go:7"}, follow=True).content.decode()
    assert "can&#x27;t go on" in (
        manager.post(button, {"press": "go:7"}, follow=True).content.decode()
    )
    assert [each[:3] for each in said] == [(order.pk, "go", "7")] * 2
    assert reader.post(button, {"press": "go:7"}).status_code == 403
    assert manager.post(button, {"press": "stop:7"}).status_code == 404
    assert manager.post(f"{page}system/clickpost/", {"press": "go:7"}).status_code == 404
    assert manager.get(button).status_code == 302
