"""The doors of returns: a guest's pages, the staff's buttons, the API, and who does not come in."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.models import Role
from apps.inventory.models import Warehouse
from apps.orders.models import Order
from apps.returns.models import ReturnPhoto, ReturnReason, ReturnRequest
from tests.api.shop import make_user, picture
from tests.checkout.shop import Goods, make_goods
from tests.returns.asking import approve, ask, delivered, inspect, make_sizes, receive, settle
from tests.support.acting import seeing_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def guest(store: Any, client_for: Callable[..., Client]) -> Client:
    return client_for(store)


@pytest.fixture
def owner(store: Any, client_for: Callable[..., Client]) -> Client:
    return log_in(store, client_for(store), Role.OWNER)


def log_in(store: Any, client: Client, role: Role) -> Client:
    with seeing_all(store):
        client.force_login(make_user(store, role))
    client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value
    return client


def form_of(order: Order, **more: Any) -> dict[str, Any]:
    line, reason = order.lines.get(), ReturnReason.objects.get(name="It is not as described")
    return {
        f"quantity-{line.pk}": "1",
        f"reason-{line.pk}": str(reason.pk),
        "wish": "refund",
        "key": "a-key-of-the-form-1",
        **more,
    }


def test_the_hint_of_one_field_is_at_no_other(shop: Any, goods: Goods, guest: Client) -> None:
    order = delivered(goods, make_goods(), quantity=1)
    form = guest.get(f"/orders/{order.access_token}/return/").content.decode()
    assert form.count('class="hint"') == 3, "what is wrong of two lines, and the photos"


def test_a_guest_asks_with_a_photo_and_follows_it(shop: Any, goods: Goods, guest: Client) -> None:
    order = delivered(goods, quantity=2)
    page = f"/orders/{order.access_token}"
    assert "Send something back" in guest.get(f"{page}/").content.decode()
    assert guest.get(f"{page}/return/").status_code == 200
    photo = SimpleUploadedFile("broken.png", picture().getvalue(), content_type="image/png")
    answer = guest.post(f"{page}/return/", form_of(order, photos=[photo]))
    request = ReturnRequest.objects.get()
    shown = f"{page}/returns/{request.number}/"
    assert (answer.status_code, answer["Location"]) == (302, shown)
    assert guest.post(f"{page}/return/", form_of(order))["Location"] == shown, "pressed twice"
    assert "We look at your return" in guest.get(shown).content.decode()

    kept = ReturnPhoto.objects.get()
    assert default_storage.exists(kept.path)
    assert guest.get(f"{shown}photos/{kept.pk}/")["Content-Type"] == "image/png"
    assert guest.get(f"/media/{kept.path}").status_code == 404, "a private file"
    other = delivered(goods, quantity=1)
    wrong = f"/orders/{other.access_token}/returns/{request.number}/"
    assert guest.get(wrong).status_code == 404
    assert guest.get(f"{wrong}photos/{kept.pk}/").status_code == 404

    guest.post(f"{shown}withdraw/")
    request.refresh_from_db()
    assert request.state == "withdrawn"


def test_a_refused_form_keeps_no_photo_and_says_why(shop: Any, goods: Goods, guest: Client) -> None:
    folder = "private/returns"
    before = default_storage.listdir(folder)[1] if default_storage.exists(folder) else []
    order = delivered(goods, quantity=1)
    line = order.lines.get()
    page = f"/orders/{order.access_token}/return/"
    photo = SimpleUploadedFile("a.png", picture().getvalue(), content_type="image/png")
    answer = guest.post(page, form_of(order, photos=[photo], **{f"reason-{line.pk}": ""}))
    assert answer.status_code == 422
    assert "Choose a reason" in answer.content.decode()
    assert guest.post(page, form_of(order, **{f"quantity-{line.pk}": "2"})).status_code == 422
    assert (
        guest.post(page, form_of(order, photos=[SimpleUploadedFile("a.png", b"no")])).status_code
        == 422
    )
    assert not ReturnRequest.objects.exists()
    assert default_storage.listdir(folder)[1] == before


def test_staff_take_an_exchange_through_its_states(
    shop: Any, owner: Client, guest: Client, store: Any, client_for: Callable[..., Client]
) -> None:
    small, large = make_sizes(50_000, 50_000)
    order = delivered(small, quantity=1)
    request = ask(order, 1, variants=[large])
    line = request.lines.get()
    page = f"/admin/returns/returnrequest/{request.pk}"
    listed = owner.get("/admin/returns/returnrequest/?waits=decision").content.decode()
    assert request.number in listed
    assert owner.get(f"{page}/change/").status_code == 200
    owner.post(f"{page}/approve/", {"note": "Please use the box."})
    mail = guest.get(f"/orders/{order.access_token}/returns/{request.number}/").content.decode()
    assert "Please use the box." in mail
    slip = guest.get(f"/orders/{order.access_token}/returns/{request.number}/slip.pdf")
    assert slip.content.startswith(b"%PDF")
    label = SimpleUploadedFile("label.pdf", b"%PDF-1.4 label", content_type="application/pdf")
    owner.post(f"{page}/label/", {"label": label})
    assert guest.get(
        f"/orders/{order.access_token}/returns/{request.number}/label.pdf"
    ).content.startswith(b"%PDF")

    packer = log_in(store, client_for(store), Role.FULFILMENT)
    packer.post(f"{page}/receive/", {f"received-{line.pk}": "1", "request_key": "once"})
    packer.post(f"{page}/receive/", {f"received-{line.pk}": "1", "request_key": "once"})
    assert packer.post(f"{page}/inspect/", {f"restock-{line.pk}": "1"}).status_code == 403
    reader = log_in(store, client_for(store), Role.READ_ONLY)
    assert reader.post(f"{page}/withdraw/").status_code == 403
    assert (
        request.number
        in owner.get("/admin/returns/returnrequest/?waits=inspection").content.decode()
    )
    for _press in range(2):
        owner.post(f"{page}/inspect/", {f"restock-{line.pk}": "1"})
    settle(order)
    request.refresh_from_db()
    assert (request.state, request.exchange.state) == ("closed", "placed")
    new = Order.objects.get(exchange_of__request=request)
    assert new.number in owner.get(f"/admin/orders/order/{order.pk}/change/").content.decode()
    old_page = guest.get(f"/orders/{order.access_token}/").content.decode()
    assert f"Exchanged for order {new.number}" in old_page
    assert "was sent back" not in old_page, "the money pays the other order"
    new_page = guest.get(f"/orders/{new.access_token}/").content.decode()
    assert f"In exchange for goods of order {order.number}" in new_page


def test_a_cheaper_exchange_says_what_goes_back_and_where_to(
    shop: Any, owner: Client, guest: Client
) -> None:
    """And the store without an address for returns says so to its staff, in one sentence to the buyer."""
    had, cheaper, dearer = make_sizes(50_000, 30_000, 65_000)
    Warehouse.objects.update(line1="")
    order = delivered(had, quantity=2)
    page = f"/orders/{order.access_token}"
    ask(order, 1, variants=[dearer])
    request = ask(order, 1, variants=[cheaper])
    approved = f"/admin/returns/returnrequest/{request.pk}/approve/"
    assert "No address for returns" in owner.post(approved, follow=True).content.decode()
    shown = guest.get(f"{page}/returns/{request.number}/").content.decode()
    assert "costs ₹200.00 less" in shown
    assert shown.count("where to send it") == 1
    assert "address below" not in shown
    first = ReturnRequest.objects.exclude(pk=request.pk).get()
    assert "costs ₹150.00 more" in guest.get(f"{page}/returns/{first.number}/").content.decode()

    inspect(receive(request, 1))
    settle(order)
    assert "₹200.00 was sent back" in guest.get(f"{page}/").content.decode()
    inspect(receive(approve(first), 1))
    shown = guest.get(f"{page}/returns/{first.number}/").content.decode()
    assert "difference of ₹150.00" in shown


def test_the_api_asks_and_shows_returns(shop: Any, goods: Goods, guest: Client) -> None:
    order = delivered(goods, quantity=2)
    token = {"X-Order-Token": order.access_token}
    reason = ReturnReason.objects.get(name="I changed my mind")
    line = {"line_id": str(order.lines.get().pk), "quantity": 1, "reason_id": str(reason.pk)}
    address = f"/api/v1/orders/{order.pk}/return-requests"
    made = guest.post(address, {"lines": [line]}, content_type="application/json", headers=token)
    assert made.status_code == 201, made.content
    number = made.json()["number"]
    assert guest.get(address, headers=token).json()["results"][0]["state"] == "requested"
    assert guest.get(address).status_code == 404, "without the token"
    too_many = guest.post(
        address,
        {"lines": [{**line, "quantity": 9}]},
        content_type="application/json",
        headers=token,
    )
    assert too_many.status_code == 400
    ended = guest.post(f"{address}/{number}/withdraw", headers=token)
    assert ended.json()["state"] == "withdrawn"


def test_another_stores_staff_see_nothing(
    shop: Any, goods: Goods, other_store: Any, client_for: Callable[..., Client]
) -> None:
    request = ask(delivered(goods, quantity=1), 1)
    stranger = log_in(other_store, client_for(other_store), Role.OWNER)
    stranger.post(f"/admin/returns/returnrequest/{request.pk}/approve/")
    request.refresh_from_db()
    assert request.state == "requested"
