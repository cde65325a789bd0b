"""Lists and sales in a store: every door agrees, and no group's price reaches another."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from apps.accounts.models import User
from apps.carts import services as carts
from apps.carts.selectors import get_cart, present_cart
from apps.carts.sharing import SharedCart, make_share_token, preview
from apps.catalog import indexing
from apps.catalog import services as catalog
from apps.catalog.documents import Product
from apps.catalog.inputs import ProductInput
from apps.catalog.selectors import list_products, read_lines, shown_prices
from apps.checkout.errors import PriceChanged
from apps.checkout.selectors import list_checkout_options
from apps.common.clock import moved_to, now
from apps.common.money import parse_amount, to_minor
from apps.events.errors import HistoryIsFinal
from apps.inventory import services as inventory
from apps.prices import services as prices
from apps.prices.models import CustomerGroup, PriceChange, PriceList, PriceSettings, Sale
from apps.prices.selectors import price_groups_of
from apps.prices.services import ListPriceInput, SalePriceInput
from apps.tenancy.context import use_actor
from tests.api.shop import PASSWORD, Api, log_in, make_user
from tests.catalog.making import make_product, price
from tests.checkout.shop import make_cart, make_goods, place
from tests.support.acting import STAFF, seeing_all
from tests.support.kept_pages import visitor
from tests.support.statements import count_statements

pytestmark = pytest.mark.django_db


def _sale(**changes: Any) -> Sale:
    values = {"name": "Monsoon", "currency": "INR", "starts_at": now() - timedelta(hours=1)}
    return Sale(**{**values, **changes})


def _price_now(product: Product) -> int | None:
    ref = product.variants[0].id
    return read_lines([ref], "INR")[ref].unit_price_minor


def test_a_sale_begins_and_ends_by_itself_in_lines_lists_and_history(store: Any) -> None:
    with seeing_all(store):
        product, other = make_product("Kettle"), make_product("Mug")
        begin = now() + timedelta(hours=1)
        end = begin + timedelta(hours=1)
        ref = product.variants[0].id
        fixed = [SalePriceInput(ref, "KETTLE", 7_500)]
        prices.save_sale(sale=_sale(starts_at=begin, ends_at=end), prices=fixed)
        indexing.follow_prices()
        assert _price_now(product) == 10_000
        for moment, amount in ((begin, 7_500), (end, 10_000)):
            with moved_to(moment + timedelta(seconds=1)):
                assert (_price_now(product), _price_now(other)) == (amount, 10_000)
                assert indexing.follow_prices() == 1
                assert indexing.follow_prices() == 0
                found = list_products(sort="price_asc", price_max_minor=8_000).items
                assert [each.title for each in found] == (["Kettle"] if amount < 8_000 else [])
        rows = PriceChange.objects.filter(variant_ref=ref).order_by("at", "id")
        assert [row.amount_minor for row in rows] == [10_000, 7_500, 10_000]
        assert [row.at for row in rows][1:] == [begin, end]


@pytest.fixture
def trade(store: Any) -> tuple[Product, User, CustomerGroup]:
    """A kettle at 100.00, a customer of the group Trade, who pays 80.00 and 60.00 from three on."""
    with seeing_all(store):
        product = make_product("Kettle")
        variant = product.variants[0]
        inventory.receive_stock(variant_ref=variant.id, sku="KETTLE", quantity=9, reason="test")
        user = make_user(store)
        group = prices.save_group(group=CustomerGroup(name="Trade"))
        prices.add_to_group(group=group, customer_ids=[user.pk])
        ref = variant.id
        rows = [
            ListPriceInput(ref, "KETTLE", 1, 8_000),
            ListPriceInput(ref, "KETTLE", 3, 6_000),
        ]
        listed = PriceList(name="Trade prices", currency="INR", group=group)
        prices.save_price_list(price_list=listed, prices=rows)
    return product, user, group


def test_no_group_sees_the_price_of_another_on_pages_and_in_the_api(
    store: Any, trade: tuple[Product, User, CustomerGroup]
) -> None:
    """The customer's visits come between those of guests, so that whatever one of them leaves in a cache would show."""
    product, user, _group = trade
    member, stranger = visitor(store), visitor(store)
    for client, person in ((member, user), (stranger, make_user(store))):
        typed = {"login": person.email, "password": PASSWORD}
        assert client.post("/account/login/", typed).status_code == 302
    with seeing_all(store):
        shared = make_share_token({product.variants[0].id: 1})
    link = f"/cart/shared/{shared}/"
    paths = [link, "/", "/search/?q=kettle", f"/product/{product.slug}/"]
    for _ in range(2):
        for path in paths:
            for client, shown, hidden in (
                (visitor(store), "100.00", "80.00"),
                (member, "80.00", ""),
                (stranger, "100.00", "80.00"),
            ):
                page = client.get(path).content.decode()
                assert shown in page, path
                assert not hidden or hidden not in page, path
        assert "60.00" in member.get(paths[-1]).content.decode()
        assert "60.00" not in visitor(store).get(paths[-1]).content.decode()
    api, guest = log_in(store, user), Api(store)
    held = [each.get(f"cart/shared/{shared}").json()["subtotal"]["amount"] for each in (guest, api)]
    assert held == ["100.00", "80.00"]
    address = f"products/{product.pk}"
    for _ in range(2):
        assert guest.get(address).json()["price"]["amount"] == "100.00"
        own = api.get(address).json()
        assert own["price"]["amount"] == "80.00"
        assert [(t["min_quantity"], t["price"]["amount"]) for t in own["variants"][0]["tiers"]] == [
            (1, "80.00"), (3, "60.00"),
        ]  # fmt: skip
        listed = [guest.get("products").json(), api.get("products").json()]
        assert [page["results"][0]["price"]["amount"] for page in listed] == ["100.00", "80.00"]


def test_cart_quote_and_order_agree_on_the_price_of_a_quantity(
    store: Any, trade: tuple[Product, User, CustomerGroup]
) -> None:
    product, user, group = trade
    ref = product.variants[0].id
    with seeing_all(store):
        cart = carts.get_or_create_cart(customer_ref=str(user.pk))
        cart = carts.add_item(cart=cart, variant_ref=ref, quantity=2)
        assert to_minor(present_cart(cart).subtotal) == 16_000
        cart = carts.add_item(cart=cart, variant_ref=ref, quantity=1)
        view = present_cart(cart)
        assert (to_minor(view.subtotal), view.lines[0].warnings) == (18_000, ())
        shared = preview(SharedCart({ref: 3}, None), customer_ref=str(user.pk)).view
        assert (to_minor(shared.subtotal), shared.lines[0].warnings) == (18_000, ())
        quote = list_checkout_options(cart, country="IN").quote
        assert quote is not None
        assert [line.unit_price_minor for line in quote.priced.lines] == [6_000]
        prices.remove_from_group(group=group, customer_ids=[user.pk])
        assert price_groups_of(user.pk) == ()
        changed = list_checkout_options(cart, country="IN").quote
        assert changed is not None
        assert [
            (each.old_minor, each.new_minor) for each in changed.changes_since({ref: 6_000})
        ] == [(6_000, 10_000)]


def test_a_sale_that_ends_in_checkout_is_named_line_by_line_and_orders_nothing(
    in_store: Any,
) -> None:
    goods, end = make_goods(price_minor=50_000), now() + timedelta(hours=1)
    with use_actor(STAFF):
        prices.save_sale(sale=_sale(percent=Decimal(20), ends_at=end))
    cart = make_cart(goods, quantity=2)
    with pytest.raises(PriceChanged) as shown:
        place(cart, expected_total_minor=1)
    assert shown.value.details["lines"] == []
    total = to_minor(parse_amount(shown.value.details["summary"]["total"]["amount"], "INR"))
    with moved_to(end), pytest.raises(PriceChanged) as refused:
        place(get_cart(token=cart.token), expected_total_minor=total)
    assert refused.value.details["lines"] == [
        {
            "sku": goods.sku,
            "title": f"Chai {goods.sku}",
            "old_unit_price": {"amount": "400.00", "currency": "INR"},
            "unit_price": {"amount": "500.00", "currency": "INR"},
        }
    ]
    assert "₹400.00 before, ₹500.00 now." in str(refused.value)
    order = place(get_cart(token=cart.token), expected_total_minor=total).order
    with seeing_all(in_store):
        assert order.lines.get().unit_price_minor == 40_000
    assert order.total_minor == total


def test_a_store_without_lists_and_sales_pays_no_statement_for_them(store: Any) -> None:
    with seeing_all(store):
        refs = [make_product(title).variants[0].id for title in ("Kettle", "Mug", "Bowl")]
        read_lines(refs, "INR")
        found: list[str] = []
        with count_statements(found):
            read_lines(refs, "INR")
            assert price_groups_of(refs[0]) == ()
        assert found == []


def test_lines_of_lists_cost_one_statement_however_many(store: Any, trade: Any) -> None:
    with seeing_all(store):
        refs = [make_product(title).variants[0].id for title in ("Mug", "Bowl", "Cup", "Jar")]
        read_lines(refs, "INR")
        found: list[str] = []
        with count_statements(found):
            read_lines([*refs, trade[0].variants[0].id], "INR")
        assert len(found) == 1


def test_the_lowest_price_of_30_days_is_struck_out_where_the_law_wants_it(store: Any) -> None:
    """100.00 from day 0, 90.00 from day 20 to 25, a sale at 80.00 from day 40: the prior price is 90.00."""
    first = now() - timedelta(days=40)
    with seeing_all(store):
        with moved_to(first):
            product = make_product("Kettle")
        for days, minor in ((20, 9_000), (25, 10_000)):
            with moved_to(first + timedelta(days=days)):
                data = ProductInput.of(product)
                dear = replace(data.variants[0], prices=[price(minor)])
                product = catalog.save_product(data=replace(data, variants=[dear]), product=product)
        prices.save_sale(sale=_sale(percent=Decimal(20), starts_at=now() - timedelta(minutes=1)))
        indexing.follow_prices()
        ref = product.variants[0].id
        assert shown_prices([product], "INR")[ref].compare_at_minor == 10_000
        PriceSettings.objects.update_or_create(defaults={"prior_price": "always"})
        shown = shown_prices([product], "INR")[ref]
        assert (shown.amount_minor, shown.compare_at_minor, shown.prior_minor) == (
            8_000, 9_000, 9_000,
        )  # fmt: skip
    page = visitor(store).get(f"/product/{product.slug}/").content.decode()
    assert "Lowest price of the 30 days before the reduction: ₹90.00" in page
    answer = Api(store).get(f"products/{product.pk}").json()
    assert answer["prior_price"] == {"amount": "90.00", "currency": "INR"}


def test_the_history_of_prices_refuses_changes(store: Any) -> None:
    with seeing_all(store):
        make_product("Kettle")
        row = PriceChange.objects.first()
        assert row is not None
        with pytest.raises(HistoryIsFinal):
            row.save()
