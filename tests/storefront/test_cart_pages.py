import pytest


def line_of(browse) -> str:
    page = browse.get("/cart/").content.decode()
    return page.split("/cart/items/")[1].split("/")[0]


def test_the_first_thing_makes_a_cart_and_its_cookie(browse, sell) -> None:
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


def test_looking_around_makes_no_cart_and_no_session(browse, sell) -> None:
    product = sell("Assam")
    for path in ("/", f"/product/{product.slug}/", "/cart/"):
        answer = browse.get(path)
        assert not {"cart", "cart_count", "session_alpha"} & set(answer.cookies)


def test_change_and_remove(browse, sell) -> None:
    browse.post("/cart/add/", {"variant": sell("Assam").variants[0].id})
    line = line_of(browse)
    browse.post(f"/cart/items/{line}/", {"quantity": "3"})
    assert "₹300.00" in browse.get("/cart/").content.decode()
    browse.post(f"/cart/items/{line}/", {"quantity": "3", "remove": "1"})
    page = browse.get("/cart/").content.decode()
    assert "Your cart is empty" in page
    assert browse.cookies["cart_count"].value == "0"


def test_no_more_than_there_is(browse, sell) -> None:
    product = sell("Assam", stock=2)
    answer = browse.post(
        "/cart/add/",
        {"variant": product.variants[0].id, "quantity": "3", "back": f"/product/{product.slug}/"},
        follow=True,
    )
    assert answer.redirect_chain[-1][0] == f"/product/{product.slug}/"
    assert "Only 2 of" in answer.content.decode()


@pytest.mark.parametrize("part", ["drawer", "page"])
def test_scripts_get_just_the_part(browse, sell, part: str) -> None:
    product = sell("Assam", stock=2)
    variant = {"variant": product.variants[0].id}
    answer = browse.post("/cart/add/", variant, headers={"X-Part": part})
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    assert 'data-count="1"' in answer.content.decode()
    refused = browse.post("/cart/add/", {**variant, "quantity": 9}, headers={"X-Part": part})
    assert refused.status_code == 409
    assert "Only 2 of" in refused.content.decode()
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
def test_nonsense_is_refused_in_words_and_never_leads_away(in_store, browse, data) -> None:
    answer = browse.post("/cart/add/", data)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/")
    assert "evil" not in answer["Location"]
    for quantity in ("", "x", "-1", "1.5", "1000", "9" * 300):
        assert browse.post("/cart/items/nothing/", {"quantity": quantity}).status_code == 302


@pytest.mark.parametrize("cookie", ["", "x" * 5000, "ünïcode", "a b", "nothing", "../../etc"])
def test_a_made_up_cookie_is_an_empty_cart(in_store, browse, cookie: str) -> None:
    browse.cookies["cart"] = cookie
    browse.cookies["cart_count"] = cookie
    assert "Your cart is empty" in browse.get("/cart/").content.decode()


def test_a_cart_s_cookie_is_worth_nothing_at_another_store(
    browse, sell, other_store, client_for
) -> None:
    browse.post("/cart/add/", {"variant": sell("Assam").variants[0].id})
    elsewhere = client_for(other_store)
    elsewhere.cookies["cart"] = browse.cookies["cart"].value
    page = elsewhere.get("/cart/").content.decode()
    assert "Your cart is empty" in page
    assert "Assam" not in page


def test_a_post_without_its_token_changes_nothing(store, sell) -> None:
    from django.test import Client

    strict = Client(enforce_csrf_checks=True, headers={"host": "alpha.localhost"})
    answer = strict.post("/cart/add/", {"variant": sell("Assam").variants[0].id})
    assert answer.status_code == 403
    assert "Please send that again" in answer.content.decode()
    assert "cart" not in answer.cookies
