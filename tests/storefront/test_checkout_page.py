from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.common.addresses import FIELDS
from apps.inventory import services as inventory
from apps.inventory.models import StockItem
from apps.tenancy.context import use_actor
from tests.storefront.bought import orders
from tests.support.acting import STAFF, seeing_all


def test_with_nothing_in_the_cart_there_is_nothing_to_check_out(
    in_store: Any, browse: Any, form: Any
) -> None:
    assert browse.get("/checkout/")["Location"] == "/cart/"
    assert browse.post("/checkout/", form())["Location"] == "/cart/"


def test_the_page_shows_the_sum_and_the_button_says_the_amount(filled: Any) -> None:
    page = filled.get("/checkout/").content.decode()
    assert "Pay ₹249.00" in page  # 200 and 49 for delivery
    assert 'name="expected_total" value="24900"' in page
    assert 'autocomplete="shipping postal-code"' in page
    assert "Cash on delivery" in page


def test_a_guest_buys(filled: Any, form: Any) -> None:
    answer = filled.post("/checkout/", form(expected_total="24900", note="Ring twice"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/orders/")
    (order,) = orders()
    assert (order.email, order.total_minor, order.note) == (
        "mira@example.com",
        24_900,
        "Ring twice",
    )
    assert order.customer_id is None
    assert filled.cookies["cart"].value == ""
    page = filled.get(answer["Location"]).content.decode()
    assert order.number in page
    assert "your order is confirmed" in page
    assert "Pay on delivery" in page


def test_the_same_form_twice_is_one_order_and_one_answer(filled: Any, form: Any) -> None:
    cookies = filled.cookies.copy()
    first = filled.post("/checkout/", form())
    filled.cookies.update(cookies)
    second = filled.post("/checkout/", form())
    assert first["Location"] == second["Location"]
    assert len(orders()) == 1


def test_every_mistake_is_shown_at_once_and_nothing_is_lost(filled: Any, form: Any) -> None:
    answer = filled.post(
        "/checkout/",
        form(
            email="mira@",
            **{"shipping_address-line1": "", "shipping_address-postal_code": "12"},
        ),
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Please check 3 fields" in page
    assert page.count('aria-invalid="true"') == 3
    assert 'href="#checkout-shipping_address-line1"' in page
    assert 'value="Mira Rao"' in page
    assert 'value="mira@"' in page
    assert orders() == []
    assert filled.post("/checkout/", form()).status_code == 302


def test_a_total_that_has_changed_is_not_charged(filled: Any, form: Any) -> None:
    answer = filled.post("/checkout/", form(expected_total="20000"))
    assert answer.status_code == 422
    assert "The total has changed" in answer.content.decode()
    assert 'name="expected_total" value="24900"' in answer.content.decode()
    assert orders() == []


def test_the_billing_address_can_be_another_one(filled: Any, form: Any) -> None:
    billing = {
        f"billing_address-{name}": value
        for name, value in {
            "name": "Rao Ltd",
            "line1": "1 Office Park",
            "city": "Pune",
            "region": "Maharashtra",
            "postal_code": "411001",
            "country": "IN",
        }.items()
    }
    filled.post("/checkout/", form(other_billing="on", **billing))
    (order,) = orders()
    assert order.billing_address["name"] == "Rao Ltd"
    assert order.shipping_address["name"] == "Mira Rao"
    page = filled.get(f"/orders/{order.access_token}/").content.decode()
    assert "Rao Ltd" in page.partition("Billing address</h2>")[2].partition("</section>")[0]


def test_a_page_speaks_of_no_other_address_where_there_is_none(filled: Any, form: Any) -> None:
    page = filled.get("/checkout/").content.decode()
    assert "My billing address is different" in page
    assert page.count("For the carrier, if there is a question.") == 1
    assert "nvoice" not in page
    filled.post("/checkout/", form())
    (order,) = orders()
    assert "Billing address" not in filled.get(f"/orders/{order.access_token}/").content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "a" * 100_000},
        {"payment_method": "barter"},
        {"payment_method": None},
        {"shipping_method": "drone"},
        {"expected_total": "abc"},
        {"expected_total": "-1"},
        {"expected_total": "9" * 40},
        {"key": "<script>"},
        {"key": "k" * 5000},
        {"note": "n" * 5000},
        {"shipping_address-country": "XX"},
        {"shipping_address-country": "x" * 50},
        {"shipping_address-name": "a\x00b"},
        {"shipping_address-name": "<script>alert(1)</script>", "email": ""},
        {"shipping_address-phone": "call me"},
        {"other_billing": "on"},
        {"address": "00000000-0000-0000-0000-000000000000", "email": ""},
    ],
)
def test_nonsense_is_a_form_with_errors(filled: Any, form: Any, changes: dict[str, Any]) -> None:
    answer = filled.post("/checkout/", form(**changes))
    assert answer.status_code == 422
    assert "<script>alert" not in answer.content.decode()
    assert orders() == []


def test_an_empty_post_is_a_form_with_errors(filled: Any) -> None:
    assert filled.post("/checkout/", {}).status_code == 422


def test_a_customer_s_saved_address_is_used_and_a_new_one_kept(
    store: Any, browse: Any, sell: Any, customer: Any, log_in: Any, form: Any
) -> None:
    log_in(browse, customer)
    variant = sell("Assam").variants[0].id
    browse.post("/cart/add/", {"variant": variant})
    assert browse.post("/checkout/", form(save_address="on", key=None)).status_code == 302
    with seeing_all(store):
        saved = customer.addresses.get()
    assert saved.line1 == "12 Lake Road"
    browse.post("/cart/add/", {"variant": variant})
    page = browse.get("/checkout/").content.decode()
    assert f'value="{saved.pk}" checked' in page
    empty = {f"shipping_address-{name}": None for name in saved.as_dict()}
    assert browse.post("/checkout/", form(address=str(saved.pk), **empty)).status_code == 302
    first, second = orders()
    assert second.customer_id == customer.pk
    assert second.shipping_address == first.shipping_address


def test_somebody_else_s_saved_address_is_not_used(
    store: Any, filled: Any, customer: Any, form: Any
) -> None:
    from apps.accounts import services as accounts
    from tests.storefront.addresses import ADDRESS

    with seeing_all(store):
        theirs = accounts.save_address(user=customer, values={**ADDRESS, "line1": "Secret Lane"})
    empty = {f"shipping_address-{name}": None for name in theirs.as_dict()}
    answer = filled.post("/checkout/", form(address=str(theirs.pk), **empty))
    assert answer.status_code == 422
    assert "Secret Lane" not in answer.content.decode()


def test_an_order_s_link_opens_nothing_at_another_store(
    filled: Any, form: Any, other_store: Any, client_for: Callable[..., Client]
) -> None:
    link = filled.post("/checkout/", form())["Location"]
    assert filled.get(link).status_code == 200
    elsewhere = client_for(other_store)
    assert elsewhere.get(link).status_code == 404
    assert elsewhere.post(f"{link}pay/").status_code == 404


def test_who_presses_pay_on_an_old_page_comes_to_the_order_as_it_is_now(
    filled: Any, form: Any
) -> None:
    """Cash is paid at the door, a paid order is paid: no button, and the page says so."""
    link = filled.post("/checkout/", form())["Location"]

    assert f"{link}pay/" not in filled.get(link).content.decode()
    assert filled.post(f"{link}pay/")["Location"] == link


def test_a_test_payment_leads_to_its_page_and_back(filled: Any, form: Any) -> None:
    answer = filled.post("/checkout/", form(payment_method="test"))
    assert answer["Location"].startswith("/payments/test/")
    (order,) = orders()
    page = filled.get(f"/orders/{order.access_token}/").content.decode()
    assert "waiting for its payment" in page
    assert filled.post(f"/orders/{order.access_token}/pay/")["Location"] == answer["Location"]


def test_a_free_download_is_ordered_without_a_word_about_paying(
    browse: Any, sell: Any, form: Any
) -> None:
    product = sell("Recipes", minor=0, stock=0, is_digital=True)
    browse.post("/cart/add/", {"variant": product.variants[0].id, "quantity": "1"})

    page = browse.get("/checkout/").content.decode()
    assert "There is nothing to pay." in page
    assert 'name="payment_method"' not in page
    assert "Place the order</button>" in page
    assert "on delivery" not in page
    answer = browse.post("/checkout/", form(payment_method=None, shipping_method=None))

    assert answer.status_code == 302, answer.content.decode()[:2000]
    (order,) = orders()
    assert answer["Location"] == f"/orders/{order.access_token}/"
    assert (order.status, order.payment_state) == ("delivered", "paid")


def test_a_download_is_not_paid_at_the_door(browse: Any, sell: Any, form: Any) -> None:
    product = sell("Recipes", stock=0, is_digital=True)
    browse.post("/cart/add/", {"variant": product.variants[0].id, "quantity": "1"})

    assert "Cash on delivery" not in browse.get("/checkout/").content.decode()
    answer = browse.post("/checkout/", form(shipping_method=None))

    assert answer.status_code == 422
    assert "possible only when a parcel is delivered" in answer.content.decode()
    assert orders() == []


def test_what_was_sold_meanwhile_is_named_and_the_rest_can_be_kept(
    filled: Any, form: Any, in_store: Any
) -> None:
    item = StockItem.objects.get()
    with use_actor(STAFF):
        inventory.set_on_hand(stock_item=item, on_hand=1, reason="broken")

    refused = filled.post("/checkout/", form(note="Ring twice"))
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Only 1 Assam is left." in page
    assert "ASSAM" not in page
    assert 'name="fit"' in page
    assert orders() == []
    assert "Assam" in filled.get("/cart/").content.decode()

    kept = filled.post("/checkout/", form(fit="1", note="Ring twice"))
    page = kept.content.decode()
    assert kept.status_code == 200
    assert "Pay ₹149.00" in page
    assert "Ring twice" in page
    assert orders() == []
    assert filled.post("/checkout/", form()).status_code == 302
    assert orders()[0].total_minor == 14_900


@pytest.fixture
def download(browse: Any, sell: Any) -> Any:
    """A visitor with a download in the cart, and nothing else."""
    variant = sell("Recipes", stock=0, is_digital=True).variants[0].id
    browse.post("/cart/add/", {"variant": variant, "quantity": "1"})
    return browse


def test_who_buys_a_download_is_asked_for_name_country_and_state(download: Any, form: Any) -> None:
    page = download.get("/checkout/").content.decode()
    asked = {name for name in FIELDS if f'name="shipping_address-{name}"' in page}
    assert asked == {"name", "country", "region"}
    assert "Delivery address" not in page
    assert "Your details" in page

    nothing = {f"shipping_address-{name}": None for name in FIELDS}
    some = {"name": "Mira Rao", "country": "IN", "region": ""}
    sent = nothing | {f"shipping_address-{name}": value for name, value in some.items()}
    sent |= {"shipping_method": None, "payment_method": "test"}
    answer = download.post("/checkout/", form(**sent))
    assert answer.status_code == 422
    assert answer.content.decode().count('aria-invalid="true"') == 1
    answer = download.post("/checkout/", form(**{**sent, "shipping_address-region": "KA"}))
    assert answer.status_code == 302
    (order,) = orders()
    assert order.shipping_address["line1"] == ""
    assert "Mira Rao" in download.get(f"/orders/{order.access_token}/").content.decode()


def test_a_wrong_field_of_a_download_is_shown_with_what_was_typed(download: Any, form: Any) -> None:
    """From a page that still asked for all of it."""
    sent = form(**{"shipping_method": None, "payment_method": "test"})
    answer = download.post("/checkout/", {**sent, "shipping_address-postal_code": "12"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'name="shipping_address-postal_code" value="12"' in page
    assert 'name="shipping_address-line1"' not in page


def test_a_company_is_kept_with_the_address_for_next_time(
    store: Any, filled: Any, form: Any, customer: Any, log_in: Any
) -> None:
    page = filled.get("/checkout/").content.decode()
    assert "Buying for a company?" in page
    wrong = filled.post("/checkout/", form(tax_number="27AAPFU0939F1ZV"))
    assert wrong.status_code == 422
    assert "This GSTIN is of Maharashtra (27)" in wrong.content.decode()
    log_in(filled, customer)
    sent = form(company="Rao Traders", tax_number="29 aagcb 7383j 1z4", save_address="on")
    assert filled.post("/checkout/", sent).status_code == 302
    (order,) = orders()
    assert (order.company, order.tax_number) == ("Rao Traders", "29AAGCB7383J1Z4")
    with seeing_all(store):
        address = customer.addresses.get()
    assert (address.company, address.tax_number) == ("Rao Traders", "29AAGCB7383J1Z4")
    shown = filled.get(f"/orders/{order.access_token}/").content.decode()
    assert "Rao Traders" in shown
    assert "GSTIN" in shown
