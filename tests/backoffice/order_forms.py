"""The forms and buttons of an order's page, as its HTML has them."""

import re
from typing import Any

from apps.fulfilment.models import Shipment
from apps.orders.models import OrderLine
from tests.support.acting import seeing_all


class Parcel:
    """The order's only parcel, as its page names it."""

    def __init__(self, store: Any) -> None:
        with seeing_all(store):
            self.row = Shipment.objects.get()
            self.line = OrderLine.objects.get()
            self.id = str(self.row.pk)

    def back(self, restock: int = 0, write_off: int = 0) -> dict[str, str]:
        return {
            "shipment": self.id,
            f"restock-{self.line.pk}": str(restock),
            f"write_off-{self.line.pk}": str(write_off),
            "amount": "",
        }


def buttons_of(page: Any) -> set[str]:
    """The verbs that the page offers."""
    return set(re.findall(r'action="/admin/orders/order/[^/]+/([a-z]+)/"', page.content.decode()))


def field_of(page: Any, verb: str, name: str) -> str:
    """The tag of a field of one of the page's forms."""
    form = re.search(rf'<form[^>]*/{verb}/".*?</form>', page.content.decode(), re.DOTALL)
    assert form is not None, verb
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', form[0], re.DOTALL)
    assert found is not None, name
    return found[0]


def assert_kept(page: Any, verb: str, name: str, typed: str) -> None:
    """The field has what was typed, and the reason stands beside it."""
    tag = field_of(page, verb, name)
    assert f'value="{typed}"' in tag
    assert 'aria-invalid="true"' in tag
    assert f'id="fault-{verb}-{name}" role="alert"' in page.content.decode()
