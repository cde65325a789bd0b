"""PATCH leaves out whole fields; what is inside them is checked as with PUT."""

from typing import Any

import pytest

from apps.accounts.roles import Role
from tests.api.shop import log_in, make_product, make_user


@pytest.mark.parametrize(
    "body",
    [
        {"options": [{"name": "Size"}]},
        {"options": [{"values": ["a"]}]},
        {"variants": [{"prices": [{"amount": "1.00", "currency": "INR"}]}]},
        {"variants": [{"sku": "A"}]},
        {"variants": [{"sku": "A", "prices": [{"amount": "1.00"}]}]},
    ],
)
def test_an_incomplete_item_is_named(store: Any, body: dict[str, Any]) -> None:
    product = make_product(store)
    staff = log_in(store, make_user(store, Role.OWNER))
    answer = staff.patch(f"products/{product.pk}", body)
    assert answer.status_code == 400
    assert answer.json()["error"]["fields"]
    assert staff.patch(f"products/{product.pk}", {"title": "Renamed"}).status_code == 200
