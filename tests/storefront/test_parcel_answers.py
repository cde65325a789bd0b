"""A parcel that could not be delivered: its buyer says what is next, by the link of a mail or from the order's page."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.common.clock import moved_to, now, today
from apps.fulfilment import services as fulfilment
from apps.fulfilment.answer_links import make_answer_link, read_answer_link
from apps.fulfilment.models import DeliverySettings, Shipment
from apps.notifications.models import SentMail
from apps.orders.passes import make_pass
from apps.tenancy.context import use_store
from tests.checkout.shop import make_goods
from tests.fulfilment.parcels import CASH, buy, settle, ship
from tests.support.acting import STAFF, seeing_all

pytestmark = pytest.mark.django_db

NEAR = {"line1": "7 Church Street", "city": "Bengaluru", "postal_code": "560001"}


@pytest.fixture
def parcel(store: Any) -> Shipment:
    """With a failed attempt, and its mail is written."""
    with seeing_all(store):
        order = buy(make_goods(), payment_method=CASH)
        failed = fulfilment.note_failed_attempt(
            shipment=ship(order), reason="unavailable", actor=STAFF
        )
        settle(order)
    return failed


@pytest.fixture
def guest(store: Any, client_for: Callable[..., Client]) -> Client:
    return client_for(store)


def linked(store: Any, parcel: Shipment, **how: Any) -> str:
    with use_store(store, actor=STAFF):
        return f"/parcels/{make_answer_link(parcel, **how)}/"


def now_of(store: Any, parcel: Shipment) -> Shipment:
    with seeing_all(store):
        return Shipment.objects.select_related("order").get(pk=parcel.pk)


def answers_of(store: Any, parcel: Shipment) -> list[Any]:
    with seeing_all(store):
        return [each.data for each in parcel.events.filter(kind="shipment.buyer_answered")]


def apply_by_itself(store: Any) -> None:
    with seeing_all(store):
        DeliverySettings.objects.update_or_create(key="store", defaults={"buyers_answers": "apply"})


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_the_mail_leads_to_a_page_that_shows_no_address(
    store: Any, parcel: Shipment, guest: Client
) -> None:
    with seeing_all(store):
        (mail,) = SentMail.objects.filter(template="order_attempt_failed")
        assert "could not be delivered" in mail.subject
        assert "The customer was not there" in mail.text
        (address,) = re.findall(r"https?://[^/]+(/parcels/\S+/)", mail.text)
        hidden = [parcel.order.shipping_address["line1"], parcel.order.shipping_address["name"]]
        hidden += [parcel.order.access_token, parcel.order.phone, parcel.order.email]
    page = guest.get(address)
    said = page.content.decode()
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert not [each for each in hidden if each in said]
    assert parcel.order.shipping_address["postal_code"] in said


def test_staff_see_the_answer_and_it_is_one_however_often_it_is_sent(
    store: Any, parcel: Shipment, guest: Client
) -> None:
    page, day = linked(store, parcel), today() + timedelta(days=2)
    form = {"wish": "again", "on": day.isoformat(), "phone": "98450 54321", **NEAR}
    for _press in range(2):
        assert guest.post(page, form).status_code == 302
    found = now_of(store, parcel)
    assert (found.state, found.redirection) == ("failed", None), "staff decide"
    assert found.buyers_answer is not None
    assert found.buyers_answer.items() >= {"wish": "again", "on": day.isoformat()}.items()
    assert "54321" in found.buyers_answer["phone"]
    (said,) = answers_of(store, parcel)
    assert said["changed"] == ["city", "line1", "line2", "phone", "postal_code"]
    assert "54321" not in str(said), "the permanent history has no numbers"
    assert "Your answer: Bring it again" in words(guest.get(page))
    assert (
        guest.post(page, {"wish": "return", "phone": "1"}).status_code == 302
    )  # changed, and nothing else
    assert [each["wish"] for each in answers_of(store, parcel)] == ["again", "return"]
    assert now_of(store, parcel).state == "failed"


def test_wrong_details_are_said_at_their_fields_and_nothing_is_kept(
    store: Any, parcel: Shipment, guest: Client
) -> None:
    page, late = linked(store, parcel), today() - timedelta(days=1)
    for form, field in (
        ({"wish": "again", "postal_code": "400001", "line1": "1 Marine Drive"}, "answer-postal_code"),
        ({"wish": "again", "phone": "12"}, "answer-phone"),
        ({"wish": "again", "on": late.isoformat()}, "answer-on"),
        ({"wish": "again", "on": "soon"}, "answer-on"),
        ({}, "answer-wish"),
        ({"wish": "other"}, "answer-wish"),
    ):  # fmt: skip
        answer = guest.post(page, form)
        assert answer.status_code in (409, 422), form
        assert f'href="#{field}"' in answer.content.decode(), form
    assert now_of(store, parcel).answer is None
    assert answers_of(store, parcel) == []


def test_a_store_may_have_the_answer_carried_out_at_once(
    store: Any, parcel: Shipment, guest: Client
) -> None:
    apply_by_itself(store)
    page = linked(store, parcel)
    for _press in range(2):
        assert guest.post(page, {"wish": "again", **NEAR}).status_code == 302
    found = now_of(store, parcel)
    assert found.state == "shipped"
    assert found.redirection is not None
    assert found.redirection["line1"] == "7 Church Street"
    assert len(answers_of(store, parcel)) == 1
    assert "Thank you, your parcel comes again" in words(guest.get(page))
    late = guest.post(page, {"wish": "return"})
    assert late.status_code == 409
    assert "comes again" in words(late), "it says what happened instead"
    with seeing_all(store):
        fulfilment.note_failed_attempt(shipment=found, reason="unavailable", actor=STAFF)
    assert now_of(store, parcel).buyers_answer is None, "that was of the attempt before"
    guest.post(page, {"wish": "return"})
    assert now_of(store, parcel).state == "failed", "a parcel that is not wanted waits for staff"


def test_who_knows_the_number_alone_sends_the_parcel_nowhere_else(
    store: Any, parcel: Shipment, guest: Client
) -> None:
    """The tracking page asks for the order's number and a phone number: others may know both."""
    apply_by_itself(store)
    with use_store(store, actor=STAFF):
        passed = make_pass(parcel.order)
    order_page = guest.get(f"/orders/{passed}/").content.decode()
    (to_answer,) = re.findall(r'href="(/orders/[^"]+/parcels/[^"]+/answer/)"', order_page)
    page = guest.get(to_answer)["Location"]
    guest.post(page, {"wish": "again", "phone": "98450 54321"})
    found = now_of(store, parcel)
    assert (found.state, found.redirection) == ("failed", None)
    assert "Your answer" in guest.get(f"/orders/{passed}/").content.decode()
    guest.post(page, {"wish": "again"})
    assert now_of(store, parcel).state == "shipped"


def test_late_answers_are_told_what_happened(store: Any, parcel: Shipment, guest: Client) -> None:
    page = linked(store, parcel)
    with seeing_all(store):
        fulfilment.expect_return(shipment=now_of(store, parcel), actor=STAFF)
    late = guest.post(page, {"wish": "again"})
    assert late.status_code == 409
    assert "on its way back to us" in words(late)
    assert now_of(store, parcel).answer is None


def test_links_end_and_are_of_one_parcel_in_one_store(
    store: Any, other_store: Any, parcel: Shipment, guest: Client, client_for: Callable[..., Client]
) -> None:
    page = linked(store, parcel)
    assert client_for(other_store).get(page).status_code == 404
    link = page.split("/")[2]
    with use_store(store, actor=STAFF):
        assert read_answer_link(link) is not None
        swapped = link.replace("-m-", "-p-")
        for wrong in (swapped, f"f{link[1:]}", link[:-1], "x"):
            assert read_answer_link(wrong) is None
    with moved_to(now() + timedelta(days=22)):
        over = guest.get(page)
    assert over.status_code == 410
    assert "/track/" in over.content.decode()


def test_answers_are_limited(store: Any, parcel: Shipment, guest: Client, settings: Any) -> None:
    settings.API_THROTTLE_RATES = {"parcel_answers": "100/1h", "parcel_answers_of": "2/1h"}
    page = linked(store, parcel)
    statuses = [guest.post(page, {"wish": "x"}).status_code for _press in range(3)]
    assert statuses == [422, 422, 429]
