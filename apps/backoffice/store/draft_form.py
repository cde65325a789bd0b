"""What staff type on the page of a draft order, and what the page shows of it."""

from dataclasses import dataclass, replace
from typing import Final

from django.http import HttpRequest

from apps.backoffice.typed import read_count, read_money
from apps.checkout import services as checkout
from apps.checkout.models import DraftOrder
from apps.common.addresses import FIELDS
from apps.common.amounts import write_amount
from apps.common.errors import InvalidInput
from apps.tenancy.context import current_store

_PLACE: Final = tuple(name for name in FIELDS if name != "phone")
_TEXTS: Final = ("email", "phone", *_PLACE, "shipping_method", "shipping_price", "discount", "discount_reason", "note", "company", "tax_number", "codes")  # fmt: skip


@dataclass(frozen=True)
class TypedLine:
    """As the fields of the page have it."""

    ref: str
    title: str
    sku: str
    quantity: str = "1"
    price: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Typed:
    """The content of the page's fields: stored, or typed and refused."""

    texts: dict[str, str]
    lines: list[TypedLine]


def typed_of(draft: DraftOrder | None) -> Typed:
    """The fields of a stored draft, or of a new one."""
    if draft is None:
        return Typed({**dict.fromkeys(_TEXTS, ""), "country": current_store().country}, [])
    texts = {name: str(draft.shipping_address.get(name, "")) for name in _PLACE}
    texts |= {
        "email": draft.email,
        "phone": draft.phone,
        "shipping_method": draft.shipping_method_code,
        "shipping_price": _written(draft.shipping_minor, draft.currency),
        "discount": _written(draft.discount_minor or None, draft.currency),
        "discount_reason": draft.discount_reason,
        "note": draft.note,
        "company": draft.company,
        "tax_number": draft.tax_number,
        "codes": ", ".join(draft.coupon_codes),
    }
    texts["country"] = texts["country"] or current_store().country
    lines = [
        TypedLine(
            ref=line.variant_ref,
            title=line.title,
            sku=line.sku,
            quantity=str(line.quantity),
            price=_written(line.price_minor, draft.currency),
            reason=line.price_reason,
        )
        for line in draft.lines.all()
    ]
    return Typed(texts, lines)


def read_typed(request: HttpRequest) -> Typed:
    """What the form has sent, without the lines that are removed."""
    post = request.POST
    texts = {name: post.get(name, "").strip() for name in _TEXTS}
    lines = [
        TypedLine(
            ref=ref,
            title=post.get(f"title-{ref}", ""),
            sku=post.get(f"sku-{ref}", ""),
            quantity=post.get(f"quantity-{ref}", "").strip(),
            price=post.get(f"price-{ref}", "").strip(),
            reason=post.get(f"reason-{ref}", "").strip(),
        )
        for ref in post.getlist("line")
        if post.get("remove") != ref
    ]
    return Typed(texts, lines)


def input_of(typed: Typed, currency: str, *, added: str = "") -> checkout.DraftInput:
    """The same as a service takes it. `added` is one more variant. Raises `InvalidInput` by field."""
    errors: dict[str, list[str]] = {}
    texts = typed.texts
    lines = [
        checkout.DraftLineInput(
            variant_ref=line.ref,
            quantity=_count(line, errors),
            price_minor=_amount(f"price-{line.ref}", line.price, currency, errors),
            price_reason=line.reason,
        )
        for line in typed.lines
    ]
    if added:
        lines = _with_one_more(lines, added[:36])
    shipping = _amount("shipping_price", texts["shipping_price"], currency, errors)
    discount = _amount("discount", texts["discount"], currency, errors)
    if errors:
        raise InvalidInput(fields=errors)
    return checkout.DraftInput(
        email=texts["email"],
        phone=texts["phone"],
        shipping_address={name: texts[name] for name in _PLACE},
        shipping_method=texts["shipping_method"],
        shipping_minor=shipping,
        discount_minor=discount or 0,
        discount_reason=texts["discount_reason"],
        note=texts["note"],
        company=texts["company"],
        tax_number=texts["tax_number"],
        codes=[code for code in texts["codes"].replace(",", " ").split() if code],
        lines=lines,
    )


def _with_one_more(lines: list[checkout.DraftLineInput], ref: str) -> list[checkout.DraftLineInput]:
    """A variant that is there already keeps its line and its price."""
    if all(line.variant_ref != ref for line in lines):
        return [*lines, checkout.DraftLineInput(variant_ref=ref, quantity=1)]
    return [
        replace(line, quantity=line.quantity + 1) if line.variant_ref == ref else line
        for line in lines
    ]


def _written(minor: int | None, currency: str) -> str:
    return "" if minor is None else write_amount(minor, currency, current_store().language)


def _amount(name: str, text: str, currency: str, errors: dict[str, list[str]]) -> int | None:
    if not text:
        return None
    try:
        return read_money(text, currency, name)
    except InvalidInput as error:
        errors.update(error.fields)
        return None


def _count(line: TypedLine, errors: dict[str, list[str]]) -> int:
    try:
        return read_count(line.quantity, f"quantity-{line.ref}")
    except InvalidInput as error:
        errors.update(error.fields)
        return 1
