"""Staff hear of a new order: once, those who want it and may see orders, by a mail that leads to its page in the admin."""

from typing import Any

import pytest
from babel.dates import format_date
from django.core import mail

from apps.accounts import services as accounts
from apps.accounts.models import Role, User
from apps.common.clock import day_of
from apps.events.models import OutboxMessage
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.tenancy.context import use_actor
from tests.api.shop import make_user
from tests.checkout.shop import ADDRESS, make_cart, make_goods, place
from tests.payments.bank import pay_and_tell
from tests.support.acting import STAFF, SYSTEM, by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store")]


@pytest.fixture
def owner(store: Any) -> User:
    return make_user(store, Role.OWNER)


def read_staff_mails() -> list[Any]:
    by(SYSTEM, relay_outbox)
    arrived, mail.outbox[:] = list(mail.outbox), []
    return [message for message in arrived if message.subject.startswith("New order")]


def test_an_owner_hears_of_a_paid_order_once(owner: User) -> None:
    placed = place(make_cart(make_goods()))
    assert read_staff_mails() == []
    pay_and_tell(placed.payment)
    (message,) = read_staff_mails()
    order = placed.order
    assert message.to == [owner.email]
    assert order.number in message.subject
    page = f"http://alpha.localhost:8000/admin/orders/order/{order.pk}/change/"
    for body in (message.body, message.alternatives[0][0]):
        assert page in body
        assert ADDRESS["line1"] in body
        assert order.access_token not in body
    by(SYSTEM, OutboxMessage.objects.filter(topic="order.paid").update, state="pending")
    assert read_staff_mails() == []


def test_of_cash_on_delivery_when_it_is_placed_and_not_when_it_is_paid(
    store: Any, owner: User
) -> None:
    order = place(
        make_cart(make_goods()), payment_method="cash_on_delivery", shipping_address=ADDRESS
    ).order
    (message,) = read_staff_mails()
    assert "to be paid on delivery" in message.body
    make_user(store, Role.OWNER)  # who was not there when it was placed
    with use_actor(STAFF):
        order.refresh_from_db()
        shipment = fulfilment.ship_order(order=order, actor=STAFF)
        fulfilment.mark_delivered(shipment=shipment, actor=STAFF)
        assert OutboxMessage.objects.filter(topic="order.paid").exists()
    assert read_staff_mails() == []


def test_only_those_who_want_it_and_may_see_orders(store: Any, owner: User) -> None:
    packer, buyer, gone = (
        make_user(store, role) for role in (Role.FULFILMENT, Role.CUSTOMER, Role.OWNER)
    )
    revoked = make_user(store, Role.MANAGER)
    User.objects.filter(pk__in=[packer.pk, buyer.pk, revoked.pk]).update(gets_order_mails=True)
    revoked.groups.clear()
    accounts.set_active(user=gone, is_active=False)
    User.objects.filter(pk=owner.pk).update(gets_order_mails=False)
    pay_and_tell(place(make_cart(make_goods())).payment)
    assert [message.to for message in read_staff_mails()] == [[packer.email]]


@pytest.mark.parametrize("language", ["de-DE", "hi", "en-US"])
@pytest.mark.usefixtures("owner")
def test_it_is_in_the_stores_language_whatever_the_buyers_is(settings: Any, language: str) -> None:
    settings.LANGUAGES = [*settings.LANGUAGES, ("de", "German"), ("hi", "Hindi")]
    goods = make_goods(price_minor=14_990_000)
    placed = place(make_cart(goods), language=language)
    pay_and_tell(placed.payment)
    (message,) = read_staff_mails()
    day = format_date(day_of(placed.order.placed_at), format="long", locale="en_IN")
    assert "₹1,49,900.00" in message.subject
    for body in (message.body, message.alternatives[0][0]):
        for words in ("₹1,49,900.00", "Karnataka", "India", day):
            assert words in body
