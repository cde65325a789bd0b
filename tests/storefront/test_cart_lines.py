"""What a buyer does beside the cart's lines, through the pages: links, saved lines, news, and warnings at checkout."""

from typing import Any

from apps.carts.sharing import make_share_token
from apps.inventory import services as inventory
from apps.inventory.models import StockItem
from apps.tenancy.context import use_actor
from tests.support.acting import STAFF

PACKS = {"min_quantity": 12, "max_quantity": 60, "quantity_step": 6}


def test_looking_changes_nothing_and_the_button_adds_once(browse: Any, sell: Any) -> None:
    mug = sell("mug", stock=5)
    token = make_share_token({mug.variants[0].id: 2})
    page = browse.get(f"/cart/shared/{token}/")
    assert (page.status_code, "cart" in page.cookies) == (200, False)
    assert "Add to my cart" in page.content.decode()
    for _ in range(2):
        assert browse.post(f"/cart/shared/{token}/").status_code == 302
    assert browse.cookies["cart_count"].value == "2"
    assert browse.get(f"/cart/shared/{token[:-2]}/").status_code == 404
    shared = browse.get("/cart/share/").content.decode()
    assert "/cart/shared/" in shared


def test_a_saved_line_survives_and_comes_back_by_forms(browse: Any, sell: Any) -> None:
    browse.post("/cart/add/", {"variant": sell("Assam").variants[0].id, "quantity": "2"})
    line = browse.get("/cart/").content.decode().split("/cart/items/")[1].split("/")[0]
    browse.post(f"/cart/items/{line}/save/", {"quantity": "2"})
    page = browse.get("/cart/").content.decode()
    assert "Your cart is empty" in page
    assert "Saved for later" in page
    assert browse.cookies["cart_count"].value == "0"
    browse.post(f"/cart/saved/{line}/")
    page = browse.get("/cart/").content.decode()
    assert ("Saved for later</h2>" in page, "This cart is kept until" in page) == (False, True)
    for path in (f"/cart/saved/{line}x/", f"/cart/items/{line}x/seen/", "/cart/merge/"):
        assert browse.post(path, {"choice": "odd"}).status_code == 302  # stale and odd forms


def test_a_pack_is_in_the_form_and_a_refusal_offers_the_nearest(browse: Any, sell: Any) -> None:
    product = sell("Assam", stock=50, packs=PACKS)
    page = browse.get(f"/product/{product.slug}/").content.decode()
    assert 'min="12" max="48" step="6" value="12"' in page
    assert "Sold in packs of 6, from 12 to 60 pieces." in page
    variant = {"variant": product.variants[0].id, "quantity": "13"}
    refused = browse.post("/cart/add/", variant, headers={"X-Part": "drawer"})
    assert refused.status_code == 409
    assert "Nearest: 12 or 18" in refused.content.decode()
    browse.post("/cart/add/", variant | {"quantity": "12"})
    page = browse.get("/cart/").content.decode()
    assert 'min="0" max="60" step="6" data-least="12" value="12"' in page


def test_checkout_warns_at_once_of_what_is_sold_out(browse: Any, sell: Any) -> None:
    product = sell("Assam", stock=5)
    browse.post("/cart/add/", {"variant": product.variants[0].id, "quantity": "3"})
    assert "Keep what is left" not in browse.get("/checkout/").content.decode()
    with use_actor(STAFF):
        item = StockItem.objects.get(variant_ref=product.variants[0].id)
        inventory.set_on_hand(stock_item=item, on_hand=1, reason="broken")
    page = browse.get("/checkout/").content.decode()
    assert "Only 1 left." in page
    assert "Keep what is left" in page
