"""Partners change, split and join placed orders, and prepare drafts: only with the right."""

from typing import Any

import pytest

from apps.accounts.models import Role
from apps.checkout.models import DraftOrder
from apps.pricing.models import ShippingMethod
from tests.api.shop import (
    Api,
    fill_cart,
    log_in,
    make_product,
    make_user,
    order_body,
    pay,
    place_order,
)
from tests.support.acting import seeing_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(store: Any) -> Api:
    return log_in(store, make_user(store, Role.MANAGER))


def paid_order(store: Any, partner: Api, **more: Any) -> dict[str, Any]:
    order = place_order(store, make_product(store, minor=33_333), **more)
    pay(store, order)
    answer: dict[str, Any] = partner.get(f"orders/{order['id']}").json()
    return answer


def test_the_difference_is_answered_before_anything_is_done(store: Any, partner: Api) -> None:
    order, more = paid_order(store, partner), make_product(store, minor=10_000)
    with seeing_all(store):
        variant = more.variants[0].id
    body = {
        "version": order["version"],
        "reason": "By telephone",
        "add": [{"variant_id": variant, "quantity": 2}],
    }

    shown = partner.post(f"orders/{order['id']}/changes", {**body, "dry_run": True})
    same = partner.get(f"orders/{order['id']}").json()
    done = partner.post(f"orders/{order['id']}/changes", body)

    assert shown.status_code == 200, shown.content
    assert (shown.json()["to_pay"]["amount"], shown.json()["applied"]) == ("200.00", False)
    assert same["version"] == order["version"]
    assert done.json()["applied"]
    assert done.json()["order"]["payment_state"] == "underpaid"
    again = partner.post(f"orders/{order['id']}/changes", body)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "order_changed")


def test_a_difference_below_zero_can_be_agreed_and_a_line_is_named_once(
    store: Any, partner: Api
) -> None:
    guest = fill_cart(Api(store), make_product(store, minor=33_333), quantity=3)
    placed = guest.post("orders", order_body(store)).json()
    pay(store, placed)
    order = partner.get(f"orders/{placed['id']}").json()
    one = {"id": order["lines"][0]["id"], "quantity": 1}
    body = {"version": order["version"], "reason": "By telephone", "remove": [one]}

    twice = partner.post(f"orders/{order['id']}/changes", {**body, "remove": [one, one]})
    split = partner.post(
        f"orders/{order['id']}/split",
        {"version": order["version"], "reason": "In two", "lines": [one, one]},
    )
    difference = partner.post(f"orders/{order['id']}/changes", {**body, "dry_run": True}).json()[
        "difference"
    ]
    wrong = {**difference, "amount": "-333.34"}
    refused = partner.post(f"orders/{order['id']}/changes", {**body, "expected_difference": wrong})
    done = partner.post(
        f"orders/{order['id']}/changes", {**body, "expected_difference": difference}
    )

    assert (twice.status_code, split.status_code) == (400, 400)
    assert "named twice" in twice.content.decode()
    assert "named twice" in split.content.decode()
    assert difference["amount"] == "-333.33"
    assert refused.status_code == 409, refused.content
    assert done.status_code == 200, done.content


@pytest.mark.parametrize(
    "change",
    [
        {"discount": {"amount": "-1.00", "currency": "INR"}},
        {"discount": {"amount": "99999999999999999999.00", "currency": "INR"}},
        {"discount": {"amount": "1.00", "currency": "USD"}},
        {"remove": [{"id": "0190d0a4-6d3b-7c4e-8a7b-3f1f6c2f0a11", "quantity": 1}]},
        {"add": [{"variant_id": "0190d0a4-6d3b-7c4e-8a7b-3f1f6c2f0a11", "quantity": 1}]},
        {"fee": {"amount": "5.00", "currency": "INR"}},
        {"shipping_method": "nowhere"},
        {},
    ],
)
def test_odd_changes_are_refused_and_change_nothing(
    store: Any, partner: Api, change: dict[str, Any]
) -> None:
    order = paid_order(store, partner)
    body = {"version": order["version"], "reason": "Odd", **change}
    answer = partner.post(f"orders/{order['id']}/changes", body)
    assert answer.status_code in (400, 409), answer.content
    assert partner.get(f"orders/{order['id']}").json()["version"] == order["version"]


def test_support_gives_no_discounts_and_a_buyer_changes_nothing(store: Any, partner: Api) -> None:
    order = paid_order(store, partner)
    discount = {"discount": {"amount": "1.00", "currency": "INR"}, "reason": "Nice"}
    body = {"version": order["version"], **discount}
    for role in (Role.SUPPORT, Role.CUSTOMER):
        other = log_in(store, make_user(store, role, email=f"{role.value}@example.com"))
        answer = other.post(f"orders/{order['id']}/changes", body)
        assert answer.status_code == 403, answer.content


def test_an_order_is_split_and_sent_with_its_first_part(store: Any, partner: Api) -> None:
    guest = fill_cart(Api(store), make_product(store, minor=33_333), quantity=3)
    placed = guest.post("orders", order_body(store)).json()
    pay(store, placed)
    order = partner.get(f"orders/{placed['id']}").json()

    new = partner.post(
        f"orders/{order['id']}/split",
        {
            "version": order["version"],
            "reason": "In two parcels",
            "lines": [{"id": order["lines"][0]["id"], "quantity": 1}],
        },
    )
    joined = partner.put(f"orders/{order['id']}/sent-with", {"order_id": new.json()["id"]})
    alone = partner.put(f"orders/{order['id']}/sent-with", {"order_id": None})
    partner.put(f"orders/{order['id']}/sent-with", {"order_id": new.json()["id"]})
    sent = partner.patch(f"orders/{order['id']}/status", {"status": "shipped"})
    beside = partner.get(f"orders/{new.json()['id']}").json()

    assert sent.status_code == 200, sent.content
    assert beside["fulfilment_state"] == "shipped", "one parcel"
    assert new.status_code == 201, new.content
    assert (new.json()["split_from"], new.json()["payment_state"]) == (order["number"], "paid")
    assert new.json()["total"]["amount"] == "333.33"
    assert joined.json()["sent_with"] is not None
    assert alone.json()["sent_with"] is None
    theirs = (
        Api(store).get(f"orders/{placed['id']}", **{"x-order-token": placed["access_token"]}).json()
    )
    assert new.json()["number"] in str(theirs["timeline"])


def test_a_draft_of_a_partner_has_a_link_to_pay(store: Any, partner: Api) -> None:
    product = make_product(store, minor=50_000)
    with seeing_all(store):
        variant = product.variants[0].id
    address = order_body(store)["shipping_address"]
    body = {
        "email": "asha@example.com",
        "company": "Asha Traders",
        "shipping_address": address,
        "shipping_method": "standard",
        "valid_days": 7,
        "lines": [
            {
                "variant_id": variant,
                "quantity": 2,
                "price": {"amount": "400.00", "currency": "INR"},
                "price_reason": "Two at once",
            }
        ],
    }

    made = partner.post("draft-orders", body)
    seen = partner.get(f"draft-orders/{made.json()['id']}")
    without_reason = partner.post(
        "draft-orders", {**body, "lines": [{**body["lines"][0], "price_reason": ""}]}
    )

    assert made.status_code == 201, made.content
    assert "/offers/" in made.json()["payment_url"]
    assert seen.json()["totals"]["subtotal"]["amount"] == "800.00"
    assert seen.json()["problem"] is None
    with seeing_all(store):
        ShippingMethod.objects.filter(code="standard").update(is_active=False)
    stuck = partner.get(f"draft-orders/{made.json()['id']}")
    assert (stuck.status_code, stuck.json()["totals"]) == (200, None)
    assert stuck.json()["problem"]["code"] == "shipping_unavailable"
    assert stuck.json()["payment_url"] == made.json()["payment_url"]
    with seeing_all(store):
        ShippingMethod.objects.filter(code="standard").update(is_active=True)
    assert without_reason.status_code == 400
    plain = {"variant_id": variant, "quantity": 4}
    refusals: dict[str, dict[str, Any]] = {
        "shipping_unavailable": {"shipping_method": ""},
        "lines": {"lines": [*body["lines"], plain]},
    }
    for word, change in refusals.items():
        refused = partner.post("draft-orders", {**body, **change})
        assert (refused.status_code, word in refused.content.decode()) == (400, True)
    support = log_in(store, make_user(store, Role.SUPPORT, email="support@example.com"))
    rupee = {"amount": "1.00", "currency": "INR"}
    for own in ({"discount": rupee, "discount_reason": "x"}, {"shipping_price": rupee}):
        asked = {**body, "lines": [plain], **own}
        assert support.post("draft-orders", asked).status_code == 403
    assert support.post("draft-orders", body).status_code == 403
    assert support.post("draft-orders", {**body, "lines": [plain]}).status_code == 201
    with seeing_all(store):
        assert DraftOrder.objects.count() == 2, "nothing is left of a refusal"
    assert Api(store).post("draft-orders", body).status_code == 401
