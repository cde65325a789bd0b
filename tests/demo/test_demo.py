"""The demo: its pictures belong to what they show, it is loaded by the doors that people use, and may be loaded again."""

import io
import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from apps.accounts.models import Role, User
from apps.catalog.documents import Product
from apps.catalog.selectors import list_products
from apps.common.clock import now
from apps.common.progress import ignore_progress
from apps.content import services as content
from apps.content.defaults import seed_store
from apps.content.drafts import drafts_for
from apps.content.models import Page
from apps.content.selectors import list_page_links
from apps.demo.services import stories
from apps.demo.services.all_stories import STORIES
from apps.demo.services.dates import placed_at
from apps.demo.services.loading import _closed_until_whole, _dress, _make_people
from apps.demo.services.pages import publish_pages
from apps.demo.services.pictures import FOLDER, read_pictures
from apps.demo.services.sales import make_sales
from apps.demo.services.shelves import fill_shelves
from apps.demo.shops import SHOPS, Shop
from apps.fulfilment.models import Shipment
from apps.inventory.models import Movement
from apps.inventory.selectors import check_ledger
from apps.orders.models import Order
from apps.pictures.documents import KeptPicture
from apps.platform.models import Store
from apps.platform.selectors import forget_addresses
from apps.pricing.models import ShippingMethod, TaxRate
from apps.returns.models import ReturnRequest
from apps.search.models import Synonym
from tests.backoffice.sessions import rename_session
from tests.catalog.making import make_product, variant
from tests.support.acting import seeing_all

INDEX = json.loads((FOLDER / "index.json").read_text())
PASSWORD = "a-long-password-1"
CHAI = SHOPS[0]
TITLES = ("Kulhad Cup", "Khurja Kettle", "Assam Breakfast", "मसाला चाय")


def load(shop: Shop) -> None:
    _make_people(shop, PASSWORD)
    _dress(shop)
    fill_shelves(shop=shop, watch=ignore_progress, pictures=True)


@pytest.fixture
def small() -> Shop:
    """A few things of the tea shop."""
    return replace(CHAI, things=[thing for thing in CHAI.things if thing.title in TITLES])


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.slug)
def test_every_product_has_two_to_four_pictures_of_its_own_values(shop: Shop) -> None:
    shown = INDEX[shop.slug]
    assert shown.keys() == {thing.title for thing in shop.things}
    for thing in shop.things:
        shots = shown[thing.title]
        assert 2 <= len(shots) <= 4, thing.title
        assert all((FOLDER / shot["file"]).is_file() for shot in shots)
        assert all(shot["alt"].startswith(thing.title) for shot in shots)
        values = {value for offered in thing.options.values() for value in offered}
        assert {shot["value"] for shot in shots} <= values | {""}


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.slug)
def test_an_option_that_shows_has_a_picture_for_each_value(shop: Shop) -> None:
    for thing in shop.things:
        values = {shot["value"] for shot in INDEX[shop.slug][thing.title]} - {""}
        offered = [set(each) for each in thing.options.values()]
        assert not values or values in offered, thing.title


def test_the_pictures_are_small_and_none_is_left_over() -> None:
    files = list(FOLDER.rglob("*.webp"))
    named = {shot["file"] for shop in INDEX.values() for shots in shop.values() for shot in shots}
    small = {f"small/{name}" for name in named}
    assert {path.relative_to(FOLDER).as_posix() for path in files} == named | small
    assert sum(path.stat().st_size for path in files) < 7 * 1024 * 1024


def test_what_a_shop_keeps_is_what_it_would_have_made_of_the_picture() -> None:
    for shown in read_pictures(CHAI.slug, TITLES):
        for one in shown:
            for file in (one.picture.main, *one.picture.renditions.values()):
                with Image.open(io.BytesIO(file.content)) as opened:
                    assert (opened.size, opened.format) == ((file.width, file.height), "WEBP")
            assert set(one.picture.renditions) == {320, 640}


def test_the_shelves_hold_variants_with_their_pictures(store: Any, small: Shop) -> None:
    with seeing_all(store):
        load(small)
        kettle = Product.objects.get(title="Khurja Kettle")
        alts = {v.option_values["Glaze"]: kettle.image_of(v).alt for v in kettle.variants}
        assert alts == {
            glaze: f"Khurja Kettle, {glaze}" for glaze in ("Indigo", "Turquoise", "White")
        }
        cup = Product.objects.get(title="Kulhad Cup")
        assert len(cup.options) == 2
        prices = [variant.prices[0].amount_minor for variant in cup.variants]
        assert prices == [38_000] * 3 + [102_000] * 3
        assert KeptPicture.objects.count() == 0


def test_the_tea_shop_finds_spices_by_their_hindi_names(in_store: Any) -> None:
    make_product("Green Cardamom", variants=[variant("C-1", 300)])
    _dress(CHAI)
    for typed in ("elaichi", "elachi", "इलायची"):
        assert [each.title for each in list_products(q=typed)] == ["Green Cardamom"], typed
    _dress(CHAI)
    assert Synonym.objects.count() == len(CHAI.synonyms)


def test_loading_again_changes_nothing(store: Any, small: Shop) -> None:
    with seeing_all(store):
        load(small)
        before = {product.title: product.version for product in Product.objects.all()}
        people = User.objects.count()
        load(small)
        assert {product.title: product.version for product in Product.objects.all()} == before
        assert User.objects.count() == people
        assert ShippingMethod.objects.filter(code="express").count() == 1


def test_an_older_demo_keeps_its_products_and_gets_what_is_new(store: Any, small: Shop) -> None:
    older = replace(small, things=small.things[:1], people=small.people[:2])
    with seeing_all(store):
        _make_people(older, PASSWORD)
        fill_shelves(shop=older, watch=ignore_progress, pictures=False)
        load(small)
        assert Product.objects.count() == len(small.things)
        assert Product.objects.get(title=older.things[0].title).images == []
        assert User.objects.filter(email="suresh.kumar@example.com").exists()


EACH_ONCE = tuple(dict.fromkeys(STORIES))


def test_orders_stand_in_every_state_each_at_its_time(store: Any, small: Shop) -> None:
    with seeing_all(store):
        load(small)
        make_sales(shop=small, watch=ignore_progress, stories=EACH_ONCE)
        found = Counter(Order.objects.values_list("status", flat=True))
        assert {
            "pending",
            "processing",
            "shipped",
            "delivered",
            "cancelled",
            "returned",
            "refunded",
        } <= found.keys()
        assert check_ledger() == []
        addresses = list(Order.objects.values_list("shipping_address", flat=True))
        assert any(address["city"] == "लखनऊ" for address in addresses)
        assert any(address["city"] == "കൊച്ചി" for address in addresses)
        assert_believable()
        count = Order.objects.count()
        make_sales(shop=small, watch=ignore_progress, stories=EACH_ONCE)
        assert Order.objects.count() == count


def assert_believable() -> None:
    """Nothing happened before what it follows from, nothing lies in the future, and not all of it was today."""
    bought = Order.objects.filter(exchange_of=None)  # a replacement is ordered when goods came back
    orders = list(bought.order_by("id").select_related("customer"))
    placed = [order.placed_at for order in orders]
    assert placed == sorted(placed)
    assert placed[-1] - placed[0] > timedelta(days=30)
    assert len({moment.date() for moment in placed}) > len(orders) // 2
    for order in orders:
        if order.customer is not None:
            assert order.customer.created_at < order.placed_at
        events = order.events.order_by("sequence").values_list("created_at", flat=True)
        moments = [moment.replace(second=0, microsecond=0) for moment in events]
        assert moments == sorted(moments)
        assert order.placed_at <= events[0]
        assert moments[-1] <= now()
        for shipment in order.shipments.all():
            assert order.placed_at < (shipment.shipped_at or order.placed_at)
            assert shipment.shipped_at == shipment.created_at or shipment.shipped_at
            assert shipment.delivered_at is None or shipment.shipped_at < shipment.delivered_at
            assert 9 <= timezone.localtime(shipment.shipped_at).hour < 18
    parcels = Shipment.objects.values_list("created_at", flat=True)
    assert max(parcels) - min(parcels) > timedelta(days=14)
    assert Movement.objects.filter(kind="receive").latest("id").created_at < placed[0]
    joined = User.objects.filter(role=Role.CUSTOMER).values_list("created_at", flat=True)
    assert len({moment.date() for moment in joined}) > len(joined) // 2


def test_an_order_of_one_piece_has_no_rest_to_cancel(
    store: Any, small: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Least(random.Random):
        """One product, one piece, every time."""

        def randint(self, a: int, b: int) -> int:
            return a

    monkeypatch.setattr("apps.demo.services.sales.random.Random", Least)
    with seeing_all(store):
        load(small)
        make_sales(shop=small, watch=ignore_progress, stories=EACH_ONCE)
        assert Order.objects.filter(exchange_of=None).count() == len(EACH_ONCE)
        states = set(ReturnRequest.objects.values_list("state", flat=True))
        assert states >= {"requested", "in_transit", "received", "refused", "closed"}


def test_what_is_open_is_young() -> None:
    """Paid orders do not wait for weeks to be sent."""
    chance = random.Random(1)
    for number, story in enumerate(STORIES):
        age = now() - placed_at(number, len(STORIES), chance)
        if story in (stories.paid, stories.cash_waiting, stories.shipped, stories.partly_shipped):
            assert age < timedelta(days=7), story
        if story in (stories.waiting, stories.declined):
            assert age < timedelta(minutes=15), story
        if story is stories.returned:
            assert age > timedelta(days=12), story


# Rates of goods by their code (HSN) since September 2025, in per cent; 6912 apart, where pots of earth are free of tax.
GST = {
    "5": "0409 0902 0904 0906 0907 0908 0909 0910 1211 1702 2001 2106 3401 3406 4419 6302 6912 6913 7418",
    "18": "7013 8210",
}


def test_every_thing_is_taxed_as_india_taxes_it(in_store: Any) -> None:
    classes = {
        rate.tax_class: f"{rate.percent:.0f}" for rate in TaxRate.objects.filter(country="IN")
    }
    by_code = {code: percent for percent, codes in GST.items() for code in codes.split()}
    for thing in CHAI.things:
        if thing.title in ("Terracotta Water Jug", "Diya Set"):
            assert (thing.hsn, thing.tax_class) == ("6912", "exempt")
        else:
            assert classes[thing.tax_class] == by_code[thing.hsn], thing.title


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.slug)
def test_a_shop_sells_from_the_state_of_its_address(shop: Shop) -> None:
    written = {"KA": "Karnataka 560025", "CO": "CO 80302"}[shop.state]
    for page in ("contact", "privacy", "terms"):
        assert written in " ".join(shop.words[page])


def test_a_shop_opens_when_it_is_whole(store: Any, small: Shop) -> None:
    row = Store.objects.get(pk=store.pk)

    def is_open() -> bool:
        return bool(Store.objects.get(pk=store.pk).is_published)

    with _closed_until_whole(small, row):
        assert not is_open()
    assert is_open()
    with pytest.raises(ZeroDivisionError), _closed_until_whole(small, row):
        raise ZeroDivisionError
    assert not is_open(), "the next load opens it"
    with _closed_until_whole(small, row):
        assert not is_open()
    assert is_open()


def test_a_whole_shop_stays_as_its_operator_left_it(
    store: Any, small: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.demo.services.loading.STORIES", ())
    row = Store.objects.get(pk=store.pk)
    with seeing_all(store):
        fill_shelves(shop=small, watch=ignore_progress, pictures=False)
    with _closed_until_whole(small, row):
        assert Store.objects.get(pk=store.pk).is_published
    Store.objects.filter(pk=store.pk).update(is_published=False)
    with _closed_until_whole(small, row):
        pass
    assert not Store.objects.get(pk=store.pk).is_published
    Store.objects.filter(pk=store.pk).update(is_published=True)
    forget_addresses()


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.slug)
def test_the_pages_at_the_foot_are_filled_in_and_published(
    store: Any, client_for: Any, shop: Shop
) -> None:
    with seeing_all(store):
        Page.objects.all().delete()
        seed_store(replace(store.active_store, country=shop.country))
        publish_pages(shop=shop)
        pages = list(Page.objects.all())
        links = list_page_links()
    purposes = [draft.purpose for draft in drafts_for(shop.country)]
    assert [page.purpose for page in pages] == purposes == list(shop.words)
    assert {"shipping", "returns", "privacy", "terms", "contact", "about"} <= set(purposes)
    assert all(page.is_published and page.in_footer for page in pages)
    assert not [page.title for page in pages if "[" in page.body or " </p>" in page.body]
    footer = client_for(store).get("/cart/").content.decode().partition("<footer")[2]
    assert all(f"/pages/{link.slug}/" in footer for link in links)
    for link in links:
        assert client_for(store).get(f"/pages/{link.slug}/").status_code == 200


def test_a_demo_shop_that_sells_has_nothing_left_to_do(
    store: Any, client_for: Callable[..., Client], small: Shop
) -> None:
    with seeing_all(store):
        load(small)
        publish_pages(shop=small)
        owner = User.objects.get(email=f"owner@{small.slug}.example")
        client = client_for(store)
        client.force_login(owner)
    page = rename_session(client, f"session_{store.slug}").get("/admin/")
    assert page.status_code == 200
    assert "Before you can sell" not in page.content.decode()


def test_pages_that_the_merchant_changed_stay_as_they_are(in_store: Any) -> None:
    publish_pages(shop=CHAI)
    page = Page.objects.get(purpose="about")
    content.save_page(values={"body": "<p>Mine.</p>", "is_published": False}, page=page)
    publish_pages(shop=CHAI)
    page.refresh_from_db()
    assert (page.body, page.is_published) == ("<p>Mine.</p>", False)
