"""Mails about stock: once for each crossing, and once for each buyer who waits."""

from datetime import timedelta
from typing import Any

import pytest

from apps.common.clock import moved_to, now
from apps.inventory import services as inventory
from apps.inventory.errors import NoticeNotPossible
from apps.inventory.models import StockAlertSettings, StockItem, StockNotice
from apps.notifications.models import SentMail
from apps.tenancy.context import use_actor, use_store
from tests.checkout.shop import make_goods
from tests.support.acting import GUEST, STAFF, SYSTEM

pytestmark = pytest.mark.usefixtures("in_store")


def mails(template: str) -> list[SentMail]:
    with use_actor(SYSTEM):
        return list(SentMail.objects.filter(template=template).order_by("id"))


def ask(email: str = "asha@example.com", ref: str = "tea") -> None:
    with use_actor(GUEST):
        inventory.ask_for_notice(
            variant_ref=ref, title="Tea", page="/product/tea/", email=email, language="en"
        )


@pytest.fixture
def alerts(as_staff: None) -> StockAlertSettings:
    return inventory.save_stock_alerts(
        settings=StockAlertSettings.objects.get_or_create(key="store")[0],
        addresses="stock@shop.example",
        minutes=15,
        offers_notices=True,
    )


def test_each_crossing_is_mailed_once_and_a_big_sale_is_one_mail(
    alerts: Any, make_stock: Any
) -> None:
    items = [make_stock(f"tea{number}", 9) for number in range(3)]
    for item in items:
        inventory.set_low_stock_at(stock_item=item, low_stock_at=5)
    assert inventory.alert_low_stock() == 0
    for item in items[:2]:
        inventory.set_on_hand(stock_item=item, on_hand=5)
    assert [inventory.alert_low_stock(), inventory.alert_low_stock()] == [2, 0]
    inventory.set_on_hand(stock_item=items[2], on_hand=1)
    inventory.set_on_hand(stock_item=items[0], on_hand=9)
    assert inventory.alert_low_stock() == 0, "collected"
    inventory.set_on_hand(stock_item=items[0], on_hand=4)
    with moved_to(now() + timedelta(minutes=16)):
        assert inventory.alert_low_stock() == 2
    first, second = mails("low_stock")
    assert ("TEA0: 5 left" in first.text, "TEA2" in first.text) == (True, False)
    assert ("TEA0: 4 left" in second.text, "TEA2: 1 left" in second.text) == (True, True)
    assert StockItem.objects.filter(low_noted_at__isnull=True).count() == 0


def test_a_notice_is_confirmed_and_sent_once(
    as_staff: None, make_stock: Any, store: Any, other_store: Any
) -> None:
    item = make_stock("tea", 0)
    ask()
    ask("ASHA@example.com")
    assert len(mails("stock_notice_confirm")) == 1, "no second mail within minutes"
    inventory.set_on_hand(stock_item=item, on_hand=2)
    assert inventory.send_notices() == 0, "not confirmed"
    with pytest.raises(NoticeNotPossible):
        ask("other@example.com")
    token = inventory.notice_token(StockNotice.objects.get())
    with use_store(other_store):
        assert inventory.read_notice(token) is None
    for _ in range(2):
        found = inventory.read_notice(token)
        assert found is not None
        inventory.confirm_notice(notice=found)
    assert [inventory.send_notices(), inventory.send_notices()] == [1, 0]
    (mail,) = mails("back_in_stock")
    assert (mail.to, "/product/tea/" in mail.text) == ("asha@example.com", True)
    with moved_to(now() + timedelta(days=8)):
        assert inventory.forget_notices() == 1
    assert inventory.read_notice(token) is None


def test_an_address_is_not_flooded_with_questions(make_stock: Any) -> None:
    make_stock("tea", 0)
    for hours in range(6):
        with moved_to(now() + timedelta(hours=hours)):
            ask()
    assert len(mails("stock_notice_confirm")) == 3
    for number in range(9):
        ask("ben@example.com", f"cup{number}")
    assert len(mails("stock_notice_confirm")) == 8


def test_the_page_says_the_same_to_everybody(sold_out: Any, client_for: Any, store: Any) -> None:
    shop, path = client_for(store), f"/product/{sold_out.product.link_slug}/"
    assert f"{path}notice/" in shop.get(path).content.decode()
    body = {"variant": sold_out.variant_ref, "email": "asha@example.com"}
    answers = [shop.post(f"{path}notice/", body, follow=True) for _ in range(2)]
    assert len({tuple(map(str, answer.context["messages"])) for answer in answers}) == 1
    api = [shop.post("/api/v1/stock-notices", {"variant_id": sold_out.variant_ref, "email": mail}, "application/json") for mail in ("asha@example.com", "ben@example.com")]  # fmt: skip
    assert [(answer.status_code, answer.json()) for answer in api] == [
        (202, {"status": "asked"})
    ] * 2
    token = inventory.notice_token(StockNotice.objects.get(email="asha@example.com"))
    link = f"/back-in-stock/{token}/"
    shop.get(link)
    assert StockNotice.objects.get(email="asha@example.com").state == "waiting"
    assert shop.post(link).status_code == 302
    assert StockNotice.objects.get(email="asha@example.com").state == "confirmed"
    shop.post(link, {"withdraw": "1"})
    assert shop.get(link).status_code == shop.get("/back-in-stock/x:y/").status_code == 404
    assert shop.post(f"{path}notice/", {**body, "email": "nothing"}).status_code == 422


@pytest.fixture
def sold_out(in_store: Any, as_staff: None) -> Any:
    with use_actor(STAFF):
        return make_goods(stock=0)
