from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.carts.documents import Cart
from apps.inventory import services as inventory
from apps.inventory.models import StockItem
from apps.tenancy.context import use_actor
from tests.support.acting import STAFF


@use_actor(STAFF)
def count(variant: Any, pieces: int) -> None:
    item = StockItem.objects.get(variant_ref=variant.id)
    inventory.set_on_hand(stock_item=item, on_hand=pieces, reason="broken")


def line_of(browse: Any) -> str:
    page = browse.get("/cart/").content.decode()
    return page.split("/cart/items/")[1].split("/")[0]


def test_the_first_thing_makes_a_cart_and_its_cookie(browse: Any, sell: Any) -> None:
    answer = browse.post("/cart/add/", {"variant": sell("Assam").variants[0].id, "quantity": "2"})
    assert (answer.status_code, answer["Location"]) == (302, "/cart/")
    cookie = answer.cookies["cart"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["domain"]
    assert answer.cookies["cart_count"].value == "2"
    page = browse.get("/cart/").content.decode()
    assert "Assam" in page
    assert "₹200.00" in page


def test_looking_around_makes_no_cart_and_no_session(browse: Any, sell: Any) -> None:
    product = sell("Assam")
    for path in ("/", f"/product/{product.slug}/", "/cart/"):
        answer = browse.get(path)
        assert not {"cart", "cart_count", "session_alpha"} & set(answer.cookies)


def test_change_and_remove(browse: Any, sell: Any) -> None:
    browse.post("/cart/add/", {"variant": sell("Assam").variants[0].id})
    line = line_of(browse)
    browse.post(f"/cart/items/{line}/", {"quantity": "3"})
    assert "₹300.00" in browse.get("/cart/").content.decode()
    browse.post(f"/cart/items/{line}/", {"quantity": "3", "remove": "1"})
    page = browse.get("/cart/").content.decode()
    assert "Your cart is empty" in page
    assert browse.cookies["cart_count"].value == "0"


def test_no_more_than_there_is(browse: Any, sell: Any) -> None:
    product = sell("Assam", stock=2)
    answer = browse.post(
        "/cart/add/",
        {"variant": product.variants[0].id, "quantity": "3", "back": f"/product/{product.slug}/"},
        follow=True,
    )
    assert answer.redirect_chain[-1][0].startswith(f"/product/{product.slug}/?")
    assert "Only 2 Assam are left." in answer.content.decode()


@pytest.mark.parametrize("part", ["drawer", "page"])
def test_scripts_get_just_the_part(browse: Any, sell: Any, part: str) -> None:
    product = sell("Assam", stock=2)
    variant = {"variant": product.variants[0].id}
    answer = browse.post("/cart/add/", variant, headers={"X-Part": part})
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    assert 'data-count="1"' in answer.content.decode()
    refused = browse.post("/cart/add/", {**variant, "quantity": 9}, headers={"X-Part": part})
    assert refused.status_code == 409
    assert "Only 2 Assam are left" in refused.content.decode()
    assert 'data-count="1"' in refused.content.decode()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"variant": "x"},
        {"variant": "0" * 100_000},
        {"variant": "01a1fb78-33a2-7dd1-add5-5ed9a66fa810"},
        {"variant": "01a1fb78-33a2-7dd1-add5-5ed9a66fa810", "quantity": "-1"},
        {"variant": "01a1fb78-33a2-7dd1-add5-5ed9a66fa810", "quantity": "9" * 400},
        {"variant": "\x00", "quantity": "\x00", "back": "\x00"},
        {"variant": "x", "back": "https://evil.example/"},
        {"variant": "x", "back": "//evil.example/"},
        {"variant": "x", "back": "/\\evil.example/"},
    ],
)
def test_nonsense_is_refused_in_words_and_never_leads_away(
    in_store: Any, browse: Any, data: dict[str, Any]
) -> None:
    answer = browse.post("/cart/add/", data)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/")
    assert "evil" not in answer["Location"]
    for quantity in ("", "x", "-1", "1.5", "1000", "9" * 300):
        assert browse.post("/cart/items/nothing/", {"quantity": quantity}).status_code == 302


@pytest.mark.parametrize("cookie", ["", "x" * 5000, "ünïcode", "a b", "nothing", "../../etc"])
def test_a_made_up_cookie_is_an_empty_cart(in_store: Any, browse: Any, cookie: str) -> None:
    browse.cookies["cart"] = cookie
    browse.cookies["cart_count"] = cookie
    assert "Your cart is empty" in browse.get("/cart/").content.decode()


def test_a_cart_s_cookie_is_worth_nothing_at_another_store(
    browse: Any, sell: Any, other_store: Any, client_for: Callable[..., Client]
) -> None:
    browse.post("/cart/add/", {"variant": sell("Assam").variants[0].id})
    elsewhere = client_for(other_store)
    elsewhere.cookies["cart"] = browse.cookies["cart"].value
    page = elsewhere.get("/cart/").content.decode()
    assert "Your cart is empty" in page
    assert "Assam" not in page


def test_a_post_without_its_token_changes_nothing(store: Any, sell: Any) -> None:
    from django.test import Client

    strict = Client(enforce_csrf_checks=True, headers={"host": "alpha.localhost"})
    answer = strict.post("/cart/add/", {"variant": sell("Assam").variants[0].id})
    assert answer.status_code == 403
    assert "Please send that again" in answer.content.decode()
    assert "cart" not in answer.cookies


def _short(browse: Any, sell: Any, *, stock: int, wanted: int, **headers: str) -> Any:
    """A visitor who asks for more Kettles of Size S than there are."""
    product = sell("Kettle", sizes={"S": stock, "L": 5})
    variant = product.variants[0].id
    back = f"/product/{product.slug}/"
    answer = browse.post(
        "/cart/add/",
        {"variant": variant, "quantity": str(wanted), "back": back},
        headers=headers,
    )
    return variant, answer


@pytest.mark.parametrize(
    ("stock", "sentence", "button"),
    [
        (1, "Only 1 Kettle (S) is left.", ">Take 1</button>"),
        (3, "Only 3 Kettle (S) are left.", ">Take 3</button>"),
        (0, "Kettle (S) is sold out.", None),
    ],
)
def test_too_many_is_said_by_name_with_a_button_for_what_is_left(
    browse: Any, sell: Any, stock: int, sentence: str, button: Any
) -> None:
    variant, answer = _short(browse, sell, stock=stock, wanted=5, **{"x-part": "drawer"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert sentence in page
    assert "KETTLE" not in page
    assert (button in page) if button else ("Take" not in page)
    if button:
        taken = browse.post("/cart/add/", {"variant": variant, "quantity": str(stock)})
        assert taken.status_code == 302
        assert f'value="{stock}"' in browse.get("/cart/").content.decode()


def test_what_is_in_the_cart_counts_towards_what_is_left(browse: Any, sell: Any) -> None:
    variant, _ = _short(browse, sell, stock=3, wanted=2)

    for more, sentence, button in (
        (2, "Only 3 Kettle (S) are left, and 2 of them are in your cart.", ">Take 1 more<"),
        (1, None, None),
        (1, "Only 3 Kettle (S) are left, and 3 of them are in your cart.", None),
    ):
        answer = browse.post(
            "/cart/add/",
            {"variant": variant, "quantity": str(more)},
            headers={"x-part": "drawer"},
        )
        page = answer.content.decode()
        assert (sentence in page) if sentence else answer.status_code == 200
        assert (button in page) if button else ("Take" not in page)


def test_without_scripts_the_product_page_is_ready_for_what_is_left(browse: Any, sell: Any) -> None:
    variant, answer = _short(browse, sell, stock=1, wanted=5)

    assert answer["Location"] == f"/product/kettle/?variant={variant}&quantity=1"
    page = browse.get(answer["Location"]).content.decode()
    assert "Only 1 Kettle (S) is left." in page


def test_lines_that_became_too_many_can_be_brought_down_one_by_one_or_at_once(
    browse: Any, sell: Any, in_store: Any
) -> None:
    many = sell("Cup", stock=5).variants[0]
    gone, fine = sell("Pot", stock=2).variants[0], sell("Jug", stock=9).variants[0]
    for variant, quantity in ((many, 5), (gone, 2), (fine, 1)):
        browse.post("/cart/add/", {"variant": variant.id, "quantity": str(quantity)})
    count(many, 3)
    count(gone, 0)

    page = browse.get("/cart/").content.decode()
    assert 'name="take" value="3"' in page
    assert "Keep what is left" in page
    browse.post("/cart/fit/")

    cart = Cart.objects.get()
    assert {line.sku: line.quantity for line in cart.lines} == {"CUP": 3, "JUG": 1}
    page = browse.get("/cart/").content.decode()
    assert "Keep what is left" not in page
    assert 'href="/checkout/"' in page


def test_taking_what_is_left_of_one_line(browse: Any, sell: Any, in_store: Any) -> None:
    cup = sell("Cup", stock=5).variants[0]
    browse.post("/cart/add/", {"variant": cup.id, "quantity": "5"})
    count(cup, 2)
    line = Cart.objects.get().lines[0].id

    browse.post(f"/cart/items/{line}/", {"quantity": "5", "take": "2"})

    assert Cart.objects.get().lines[0].quantity == 2
