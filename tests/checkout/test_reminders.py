"""Mails about carts that were left: only for buyers who asked, once each, and never after an order."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from apps.accounts import services as accounts
from apps.carts import services as carts
from apps.carts.documents import Cart
from apps.carts.errors import LinkEnded, LinkNotReadable
from apps.carts.models import CartSettings
from apps.carts.selectors import list_due_reminders
from apps.checkout import services as checkout
from apps.checkout.models import CartReminder
from apps.checkout.reminders import (
    KIND,
    get_reminder_figures,
    make_reminder_token,
    read_reminder_token,
)
from apps.checkout.services import reminding
from apps.common.clock import moved_to, now
from apps.notifications import services as notifications
from apps.notifications.models import SentMail
from apps.tenancy.context import use_actor, use_store
from tests.checkout.shop import make_goods, place
from tests.support.acting import STAFF
from tests.support.threads import fails, run_at_once

HOURS = timedelta(hours=1)
ANNA = "anna@example.com"


@pytest.fixture
def cup(in_store: Any, system_scope: None) -> str:
    """A variant of a store that reminds after a day and again after two."""
    switch_on()
    return make_goods().variant_ref


@use_actor(STAFF)
def switch_on() -> None:
    row = CartSettings.objects.get_or_create(key="store")[0]
    row.reminds, row.remind_after_hours, row.remind_again_hours = True, 24, 48
    row.most_reminders = 2
    carts.save_cart_settings(row)


def left(variant: str, *, quantity: int = 1) -> Cart:
    cart = carts.add_item(cart=carts.get_or_create_cart(), variant_ref=variant, quantity=quantity)
    return checkout.ask_for_reminders(cart=cart, email=ANNA.upper(), words="Remind me")


def mails() -> list[str]:
    return list(SentMail.objects.filter(template="cart_reminder").values_list("to", flat=True))


def sweep(hours: float) -> list[str]:
    with moved_to(now() + hours * HOURS):
        checkout.send_cart_reminders()
    return mails()


def test_reminders_come_once_each_and_end(cup: str) -> None:
    cart = left(cup)
    assert sweep(23) == []
    assert sweep(25) == [ANNA]
    assert sweep(25.1) == [ANNA]
    assert sweep(25 + 49) == [ANNA, ANNA]
    assert sweep(25 + 49 + 49) == [ANNA, ANNA]
    assert list_due_reminders(limit=5) == []
    carts.add_item(cart=Cart.objects.get(pk=cart.pk), variant_ref=cup, quantity=1)
    assert sweep(200) == [ANNA, ANNA]
    mail = SentMail.objects.filter(template="cart_reminder").first()
    assert mail is not None
    assert "/cart/reminder/" in mail.text
    assert "/mails/" in mail.text or "unsubscribe" in mail.text.lower()


def test_a_store_reminds_of_nothing_by_itself(in_store: Any, system_scope: None) -> None:
    left(make_goods().variant_ref)
    assert (sweep(48), CartReminder.objects.count()) == ([], 0)


@pytest.mark.parametrize("ending", ["emptied", "ordered", "refused", "not asked", "too late"])
def test_no_reminder_for_a_cart_that_is(cup: str, ending: str) -> None:
    if ending == "not asked":
        user = accounts.create_user(email=ANNA, password="correct horse battery")
        cart = carts.get_or_create_cart(customer_ref=str(user.pk))
        carts.add_item(cart=cart, variant_ref=cup, quantity=1)
        assert sweep(25) == []
        return
    cart = left(cup)
    if ending == "emptied":
        carts.remove_item(cart=cart, line_id=cart.lines[0].id)
    elif ending == "ordered":  # with another cart, at the same address
        other = carts.add_item(cart=carts.get_or_create_cart(), variant_ref=cup, quantity=1)
        place(other, email=ANNA)
    elif ending == "refused":
        notifications.opt_out(kind=KIND, email=ANNA, source="test")
    assert sweep(100 if ending == "too late" else 25) == []


def test_a_crash_between_mail_and_cart_sends_no_second(
    cup: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    left(cup)

    def die(**_named: Any) -> None:
        raise SystemExit

    monkeypatch.setattr(reminding.carts, "count_reminder", die)
    with pytest.raises(SystemExit):
        sweep(25)
    monkeypatch.undo()
    assert sweep(25) == [ANNA]
    assert CartReminder.objects.count() == 1


def test_wishes_for_reminders_are_counted(
    cup: str, in_store: Any, client_for: Any, settings: Any
) -> None:
    """Per visitor and per address that is typed: the checkout is no way to fill a stranger's mailbox."""
    rates = {"reminders": "3/h", "reminders_to": "2/h"}
    settings.API_THROTTLE_RATES = {**settings.API_THROTTLE_RATES, **rates}

    def ask(email: str, host: str) -> str:
        client = client_for(in_store, **{"x-forwarded-for": host})
        client.post("/cart/add/", {"variant": cup})
        for _again in range(3):  # the same wish of the same cart counts once
            client.post("/checkout/", {"email": email, "reminds": "on", "update": "email"})
        return Cart.objects.order_by("-created_at")[0].contact or ""

    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    assert [ask(ANNA, f"198.51.100.{each}") for each in range(3)] == [ANNA, ANNA, ""]
    others = [f"b{each}@example.com" for each in range(4)]
    assert [ask(email, "203.0.113.9") for email in others] == [*others[:3], ""]


def test_many_carts_of_one_address_are_no_flood(cup: str) -> None:
    for _ in range(4):
        left(cup)
    assert sweep(25) == [ANNA, ANNA]


def test_the_link_restores_one_cart_and_logs_no_one_in(
    cup: str, store: Any, other_store: Any, client_for: Callable[..., Any]
) -> None:
    cart = left(cup, quantity=2)
    sweep(25)
    row = CartReminder.objects.get()
    token = make_reminder_token(row)
    with use_store(other_store), pytest.raises(LinkNotReadable):
        read_reminder_token(token)
    device = client_for(store)
    page = device.get(f"/cart/reminder/{token}/")
    assert (page.status_code, {"cart", "cart_count"} & set(page.cookies)) == (200, set())
    assert ANNA not in page.content.decode()
    assert CartReminder.objects.get().returned_at is None
    for _ in range(2):
        assert device.post(f"/cart/reminder/{token}/").status_code == 302
    assert device.cookies["cart_count"].value == "2"
    assert device.cookies["cart"].value != cart.token
    assert "session" not in "".join(device.cookies)
    restored = Cart.objects.get(token=device.cookies["cart"].value)
    place(restored, email=ANNA)
    figures = get_reminder_figures()
    assert (figures.sent, figures.returned, figures.ordered) == (1, 1, 1)
    for odd in ("", "x", token[:-1], token + "A", "é.é", "A" * 5000):
        with pytest.raises(LinkNotReadable):
            read_reminder_token(odd)
    stored = Cart.objects.get(pk=cart.pk)
    carts.remove_item(cart=stored, line_id=stored.lines[0].id)
    with pytest.raises(LinkEnded):
        read_reminder_token(token)


@pytest.mark.matrix
@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_write_one_mail(throwaway_store: Any, system_scope: None) -> None:
    with use_store(throwaway_store):
        switch_on()
        left(make_goods().variant_ref)

    def work() -> int:
        with moved_to(now() + 25 * HOURS):
            return checkout.send_cart_reminders()

    answers = run_at_once(throwaway_store, [work] * 4)
    assert fails(answers) == []
    assert sorted(answers)[-1] == sum(answers) == 1
    with use_store(throwaway_store):
        assert (mails(), CartReminder.objects.count()) == ([ANNA], 1)
        assert Cart.objects.get().reminded == 1
