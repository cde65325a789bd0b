"""What staff type on the page on which they change an order, and the change that it means."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest

from apps.backoffice.typed import posted_count, read_count, read_money
from apps.common.addresses import FIELDS
from apps.common.errors import InvalidInput
from apps.common.text import line_of
from apps.fulfilment.changes import ChangeInput, NewPieces
from apps.orders.models import Order

PLACE: Final = tuple(FIELDS)
_TEXTS: Final = (*PLACE, "shipping_method", "shipping_price", "discount", "fee", "fee_title", "reason", "gateway")  # fmt: skip


@dataclass(frozen=True)
class AddedRow:
    """As the fields of the page have it."""

    ref: str
    title: str
    sku: str
    quantity: str = "1"
    price: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Typed:
    """The content of the page's fields."""

    texts: dict[str, str]
    removed: dict[str, str]
    added: list[AddedRow]
    has_address: bool = False
    with_billing: bool = False
    with_delivery: bool = False


def empty_form(order: Order) -> Typed:
    """The fields before something was typed: the address is the order's."""
    texts = dict.fromkeys(_TEXTS, "")
    texts |= {name: str(order.shipping_address.get(name) or "") for name in PLACE}
    return Typed(texts, {}, [])


def read_form(request: HttpRequest) -> Typed:
    """What the form has sent, without the rows that were removed from it."""
    post = request.POST
    dropped = post.get("drop", "")
    return Typed(
        texts={name: post.get(name, "").strip() for name in _TEXTS},
        removed={
            name.removeprefix("remove-"): post.get(name, "").strip()
            for name in post
            if name.startswith("remove-")
        },
        added=[
            AddedRow(
                ref=ref[:36],
                title=post.get(f"title-{ref}", "")[:300],
                sku=post.get(f"sku-{ref}", "")[:64],
                quantity=post.get(f"quantity-{ref}", "").strip(),
                price=post.get(f"price-{ref}", "").strip(),
                reason=post.get(f"reason-{ref}", "").strip(),
            )
            for ref in dict.fromkeys(post.getlist("line"))
            if ref != dropped
        ],
        has_address="has_address" in post,
        with_billing="with_billing" in post,
        with_delivery="with_delivery" in post,
    )


def removed_of(request: HttpRequest, order: Order) -> dict[object, int]:
    """Pieces by line. Raises `InvalidInput` at its field."""
    found = {line.pk: posted_count(request, f"remove-{line.pk}") for line in order.lines.all()}
    return {line_id: count for line_id, count in found.items() if count}


def change_of(request: HttpRequest, order: Order, typed: Typed) -> ChangeInput:
    """The same as a service takes it. Raises `InvalidInput` by field, of all fields at once."""
    errors: dict[str, list[str]] = {}
    texts, currency = typed.texts, order.currency

    def amount(name: str, text: str) -> int | None:
        try:
            return read_money(text, currency, name) if text else None
        except InvalidInput as error:
            errors.update({field: list(said) for field, said in error.fields.items()})
            return None

    def count(row: AddedRow) -> int:
        try:
            return read_count(row.quantity, f"quantity-{row.ref}")
        except InvalidInput as error:
            errors.update({field: list(said) for field, said in error.fields.items()})
            return 1

    added = [
        NewPieces(row.ref, count(row), amount(f"price-{row.ref}", row.price), line_of(row.reason))
        for row in typed.added
    ]
    change = ChangeInput(
        removed=removed_of(request, order),  # type: ignore[arg-type]  # keys of lines are UUIDs
        added=added,
        shipping_address={name: texts[name] for name in PLACE} if typed.has_address else None,
        with_billing=typed.has_address and typed.with_billing,
        shipping_method=line_of(texts["shipping_method"], most=40),
        shipping_minor=amount("shipping_price", texts["shipping_price"]),
        discount_minor=amount("discount", texts["discount"]) or 0,
        fee_minor=amount("fee", texts["fee"]) or 0,
        fee_title=line_of(texts["fee_title"], most=120),
        reason=line_of(texts["reason"], most=200),
    )
    if errors:
        raise InvalidInput(fields=errors)
    return change
