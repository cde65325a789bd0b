"""What the shop's pages say about taxes: never a sum that an order would not have."""

import re
from typing import Any

from apps.pricing.models import TaxRate, TaxSettings
from apps.tenancy.context import use_store
from tests.api.shop import Api, order_body
from tests.support.acting import seeing_all


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def fill(browse: Any, product: Any) -> None:
    browse.post("/cart/add/", {"variant": product.variants[0].id, "quantity": "1"})


def test_the_cart_of_a_guest_names_the_tax_and_guesses_no_split(browse: Any, sell: Any) -> None:
    fill(browse, sell("mug", minor=49_900))
    page = text_of(browse.get("/cart/"))
    assert "Included in the prices: GST 18%." in page
    assert "of which tax" not in page
    assert "IGST" not in page


def test_the_cart_of_a_customer_splits_the_tax(
    store: Any, browse: Any, sell: Any, customer: Any, log_in: Any
) -> None:
    from apps.accounts import services as accounts
    from tests.checkout.shop import ADDRESS

    with seeing_all(store):
        accounts.save_address(user=customer, values=ADDRESS)
    log_in(browse, customer)
    fill(browse, sell("mug", minor=49_900))
    page = text_of(browse.get("/cart/"))
    assert "of which tax ₹76.12" in page
    assert "CGST 9% ₹38.06 SGST 9% ₹38.06" in page


def test_the_cart_of_a_store_with_one_tax_has_its_sum(store: Any, browse: Any, sell: Any) -> None:
    with use_store(store):
        TaxRate.objects.update(split="", name="VAT", percent=20)
    fill(browse, sell("mug", minor=12_000))
    assert "of which tax (VAT 20%) ₹20.00" in text_of(browse.get("/cart/"))


def test_checkout_and_order_page_show_the_split(store: Any, browse: Any, sell: Any) -> None:
    with use_store(store):
        TaxSettings.objects.update(tax_number="29AAGCB7383J1Z4")
    product = sell("mug", minor=49_900, hsn_code="6911")
    fill(browse, product)
    address = order_body(store)["shipping_address"]
    typed = {f"shipping_address-{name}": value for name, value in address.items()}
    page = text_of(browse.post("/checkout/", typed | {"update": "1", "email": "a@example.com"}))
    assert "of which tax ₹76.12 CGST 9% ₹38.06 SGST 9% ₹38.06" in page
    order = Api(store)
    guest = order.post("cart/items", {"variant_id": product.variants[0].id, "quantity": 1})
    placed = Api(store, **{"x-cart-token": guest.json()["token"]}).post("orders", order_body(store))
    shown = text_of(browse.get(f"/orders/{placed.json()['access_token']}/"))
    assert "of which tax ₹76.12 CGST 9% ₹38.06 SGST 9% ₹38.06" in shown
    assert "HSN 6911" in shown
    assert "GSTIN 29AAGCB7383J1Z4" in shown


def test_a_shop_that_can_not_sell_yet_says_so_honestly(store: Any, browse: Any, sell: Any) -> None:
    with use_store(store):
        TaxSettings.objects.update(origin_region="")
    product = sell("mug", minor=49_900)
    fill(browse, product)
    page = browse.get("/checkout/").content.decode()
    assert "its owner still has to say from which state it sells" in page
    assert re.search(r'<button[^>]*data-live="pay" disabled', page)
    guest = Api(store).post("cart/items", {"variant_id": product.variants[0].id, "quantity": 1})
    api = Api(store, **{"x-cart-token": guest.json()["token"]})
    refused = api.post("orders", order_body(store))
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "store_not_ready")
    options = api.get("checkout/options?country=IN&region=KA").json()
    assert options["problem"]
    assert [part["name"] for part in options["totals"]["tax_components"]] == ["GST"]
