"""Orders that staff prepare: saved as drafts, sent as a link, ordered through the one purchase."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Annotated, Any, Final

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.selectors import get_user_by_email
from apps.carts import services as carts
from apps.carts.documents import Cart
from apps.carts.errors import CartChanged
from apps.carts.services import DraftPieces
from apps.catalog.selectors import read_lines
from apps.checkout.buyers import read_buyer
from apps.checkout.details import CheckoutDetails, check_details
from apps.checkout.drafts import get_draft, get_order_of
from apps.checkout.errors import DraftChanged, InvalidDetails, ItemsUnavailable
from apps.checkout.models import DraftLine, DraftOrder
from apps.checkout.selectors import Quote, quote_cart
from apps.checkout.services.placing import PlacedOrder, check_of_cart, place_order
from apps.checkout.states import EDITABLE, DraftState
from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.errors import InvalidInput
from apps.common.money import MAX_MINOR
from apps.common.typed_text import Block, Code, Line, clean_texts, cleans_text
from apps.discounts.codes import code_key
from apps.events import services as events
from apps.platform.auditing import note
from apps.tenancy.context import current_store, system_scope
from apps.tenancy.retrying import repeated_on_deadlock

MOST_LINES: Final = 50
MOST_PIECES: Final = 9999
MOST_DAYS: Final = 60
MOST_CODES: Final = 5
_ATTEMPTS: Final = 3
_COPIED: Final = (
    "email",
    "phone",
    "currency",
    "shipping_address",
    "shipping_method_code",
    "shipping_minor",
    "discount_minor",
    "discount_reason",
    "note",
    "company",
    "tax_number",
    "codes",
)
_COPIED_OF_LINE: Final = (
    "position",
    "variant_ref",
    "sku",
    "title",
    "quantity",
    "price_minor",
    "price_reason",
)
_TEXTS: Final = {"discount_reason": Line(200), "note": Block(1000)}


@dataclass(frozen=True)
class DraftLineInput:
    variant_ref: str
    quantity: int
    price_minor: int | None = None
    price_reason: Annotated[str, Line(200)] = ""


@dataclass(frozen=True)
class DraftInput:
    """What staff typed. `shipping_minor` None: the method's own price."""

    email: str = ""
    phone: str = ""
    shipping_address: Mapping[str, Any] = field(default_factory=dict)
    shipping_method: str = ""
    shipping_minor: int | None = None
    discount_minor: int = 0
    discount_reason: Annotated[str, Line(200)] = ""
    note: Annotated[str, Block(1000)] = ""
    company: str = ""
    tax_number: str = ""
    codes: Sequence[str] = ()
    lines: Sequence[DraftLineInput] = ()

    @property
    def is_bargain(self) -> bool:
        """Whether an amount is what staff say, and not what the shop charges."""
        own = any(line.price_minor is not None for line in self.lines)
        return own or self.shipping_minor is not None or bool(self.discount_minor)


@repeated_on_deadlock
def prepare_draft(
    *, data: DraftInput, actor: Actor, days: int | None = None
) -> tuple[DraftOrder, Quote]:
    """A new draft, with its link for so many days if any are said, and what it costs. **Every call counts.**

    One step: after a refusal by `save_draft`, `send_draft` or `quote_draft` no draft is left.
    """
    with events.transaction_with_wake_up():
        draft = save_draft(data=data, actor=actor)
        if days is not None:
            draft = send_draft(draft=draft, version=draft.version, days=days, actor=actor)
        return draft, quote_draft(draft)


@repeated_on_deadlock
def save_draft(
    *, data: DraftInput, actor: Actor, draft: DraftOrder | None = None, version: int | None = None
) -> DraftOrder:
    """A new draft, or another content of one. A draft that was sent is not sent any more: its link is over until it is sent again.

    Raises `InvalidInput` by field, `DraftChanged` when it was saved or ordered since `version` was read.
    """
    values = _checked(data)
    with transaction.atomic():
        if draft is None:
            row = DraftOrder(currency=current_store().currency, actor_label=actor.label[:150])
        else:
            row = DraftOrder.objects.select_for_update().get(pk=draft.pk)
            if row.state not in EDITABLE or (version is not None and row.version != version):
                raise DraftChanged
            row.version += 1
        lines = _lines_of(data, row.currency)
        for name, value in values.items():
            setattr(row, name, value)
        row.state, row.sent_at, row.expires_at, row.total_minor = DraftState.OPEN, None, None, None
        row.save()
        row.lines.all().delete()
        DraftLine.objects.bulk_create(
            DraftLine(draft=row, position=position, **each) for position, each in enumerate(lines)
        )
        note("draft_order.saved", row, actor=actor, after={"lines": len(lines)})
    return row


@repeated_on_deadlock
def delete_draft(*, draft: DraftOrder, actor: Actor) -> None:
    """Raises `DraftChanged` for one that was ordered."""
    with transaction.atomic():
        row = DraftOrder.objects.select_for_update().filter(pk=draft.pk).first()
        if row is None:
            return
        if row.state not in EDITABLE:
            raise DraftChanged
        note("draft_order.deleted", row, actor=actor)
        row.delete()


def quote_draft(draft: DraftOrder) -> Quote:
    """What it costs now, with its own prices: without a stored cart. Raises what `quote_cart` raises."""
    place = draft.shipping_address
    country, region = str(place.get("country") or ""), str(place.get("region") or "")
    buyer = read_buyer(
        draft.tax_number, country=country, billing_country=country, billing_region=region
    )
    return quote_cart(
        _cart_of(draft),
        address=place,
        shipping_method=draft.shipping_method_code,
        buyer=buyer,
        email=draft.email,
    )


@repeated_on_deadlock
def duplicate_draft(*, draft: DraftOrder, actor: Actor) -> DraftOrder:
    """A new draft with the content of one, also of one that was ordered or whose link is over. **Every call counts.**"""
    with transaction.atomic():
        lines = list(draft.lines.all())
        copy = DraftOrder(
            **{name: getattr(draft, name) for name in _COPIED}, actor_label=actor.label[:150]
        )
        copy.save(force_insert=True)
        DraftLine.objects.bulk_create(
            DraftLine(draft=copy, **{name: getattr(line, name) for name in _COPIED_OF_LINE})
            for line in lines
        )
        note("draft_order.saved", copy, actor=actor, after={"copy_of": draft.number})
    return copy


@repeated_on_deadlock
def send_draft(*, draft: DraftOrder, version: int, days: int, actor: Actor) -> DraftOrder:
    """Mail the buyer the link to this order, at these prices for so many days.

    Raises `InvalidDetails` for a missing address, `DraftChanged`, and what `quote_draft` raises.
    """
    if not 1 <= days <= MOST_DAYS:
        sentence = gettext("Between 1 and %(most)s days.") % {"most": MOST_DAYS}
        raise InvalidInput(fields={"days": [sentence]})
    check_of_cart(_cart_of(draft), _details_of(draft, payment_method=""))
    quote = quote_draft(draft)
    prices = {line.variant_ref: line.unit_price_minor for line in quote.priced.lines}
    with events.transaction_with_wake_up():
        row = DraftOrder.objects.select_for_update().get(pk=draft.pk)
        if row.version != version or row.state not in EDITABLE:
            raise DraftChanged
        for line in row.lines.all():
            line.held_minor = prices[line.variant_ref]
            line.save(update_fields=["held_minor"])
        row.state, row.sent_at = DraftState.SENT, now()
        row.expires_at = row.sent_at + timedelta(days=days)
        row.total_minor = quote.priced.total_minor
        row.save()
        note("draft_order.sent", row, actor=actor)
        events.emit(
            topic="draft_order.sent",
            key=str(row.pk),
            payload={"draft_id": str(row.pk), "version": row.version},
        )
    return row


@cleans_text
def place_draft(
    *,
    draft: DraftOrder,
    payment_method: Annotated[str, Code(40)],
    actor: Actor,
    version: int | None = None,
) -> PlacedOrder:
    """Order it through the one purchase: its stock is reserved now, and it is ordered once. Idempotent: a repeated call
    returns the same order.

    For a sent draft nothing but the total that was sent is charged. Raises `DraftChanged` for another version than that
    which was seen, and what `place_order` raises. In a system scope, as `place_order`: an account is found by its e-mail.
    """
    with system_scope("checkout"):
        draft = get_draft(draft.pk)
        if draft.state == DraftState.PLACED:
            return PlacedOrder(get_order_of(draft), None, "")
        if version is not None and draft.version != version:
            raise DraftChanged
        details = _details_of(draft, payment_method=payment_method)
        user = get_user_by_email(details.email)
        placed = _place(draft, details, str(user.pk) if user is not None else None, actor)
        note("draft_order.ordered", draft, actor=actor, after={"order": placed.order.number})
    return placed


def _place(
    draft: DraftOrder, details: CheckoutDetails, customer_ref: str | None, actor: Actor
) -> PlacedOrder:
    """Two requests may write the cart at once: the later one reads it again."""
    for attempt in range(_ATTEMPTS):
        try:
            cart = carts.make_draft_cart(
                token=draft.cart_token,
                draft_ref=draft.cart_key,
                pieces=_pieces_of(draft),
                currency=draft.currency,
                customer_ref=customer_ref,
                codes=draft.coupon_codes,
            )
            agreed = replace(details, expected_total_minor=draft.total_minor)
            return place_order(cart=cart, details=agreed, actor=actor)
        except CartChanged:
            if attempt == _ATTEMPTS - 1:
                raise
    raise CartChanged


def _checked(data: DraftInput) -> dict[str, Any]:
    """What is there is in its normal form; what is missing may come later."""
    errors: dict[str, list[str]] = {}
    values = {name: getattr(data, name) for name in _TEXTS}
    texts = clean_texts(values, _TEXTS)
    checked = CheckoutDetails(
        email=data.email or "draft@example.com",
        phone=data.phone,
        shipping_address=data.shipping_address,
        shipping_method=data.shipping_method,
        company=data.company,
        tax_number=data.tax_number,
    )
    try:
        checked = check_details(checked, needed=())
    except InvalidDetails as error:
        errors |= {name.rpartition(".")[2]: texts for name, texts in error.fields.items()}
    for name in ("shipping_minor", "discount_minor"):
        amount = getattr(data, name)
        if amount is not None and not 0 <= amount <= MAX_MINOR:
            errors[name] = [gettext("This is not an amount of money.")]
    if data.discount_minor and not texts["discount_reason"]:
        errors["discount_reason"] = [gettext("Say why.")]
    if errors:
        raise InvalidInput(fields=errors)
    return {
        **texts,
        "email": checked.email if data.email else "",
        "phone": checked.phone,
        "shipping_address": dict(checked.shipping_address),
        "shipping_method_code": checked.shipping_method,
        "shipping_minor": data.shipping_minor,
        "discount_minor": data.discount_minor,
        "company": checked.company,
        "tax_number": checked.tax_number,
        "codes": _codes_of(data),
    }


def _codes_of(data: DraftInput) -> list[str]:
    codes = list(dict.fromkeys(key for each in data.codes if (key := code_key(each))))
    if len(codes) > MOST_CODES:
        sentence = gettext("At most %(most)s codes.") % {"most": MOST_CODES}
        raise InvalidInput(fields={"codes": [sentence]})
    return codes


def _lines_of(data: DraftInput, currency: str) -> list[dict[str, Any]]:
    if len(data.lines) > MOST_LINES:
        raise InvalidInput(gettext("A draft has at most %(most)s lines.") % {"most": MOST_LINES})
    known = read_lines([each.variant_ref for each in data.lines], currency)
    lines: dict[str, dict[str, Any]] = {}
    for each in data.lines:
        offer = known.get(each.variant_ref)
        if offer is None:
            raise ItemsUnavailable(gettext("One of the products is not there any more."))
        if offer.is_gift_card:
            sentence = gettext("%(title)s: gift cards are bought in the shop, or issued by staff.")
            raise InvalidInput(sentence % {"title": offer.full_title})
        if not 1 <= each.quantity <= MOST_PIECES:
            sentence = gettext("%(title)s: between 1 and %(most)s pieces.")
            raise InvalidInput(sentence % {"title": offer.full_title, "most": MOST_PIECES})
        offer.quantity_rule.require(each.quantity, title=offer.full_title, sku=offer.sku)
        reason = clean_texts({"price_reason": each.price_reason}, {"price_reason": Line(200)})
        if each.price_minor is not None and not 0 <= each.price_minor <= MAX_MINOR:
            raise InvalidInput(gettext("This is not an amount of money."))
        if each.price_minor is not None and not reason["price_reason"]:
            sentence = gettext("%(title)s: say why it has another price.")
            raise InvalidInput(sentence % {"title": offer.full_title})
        if each.variant_ref in lines:
            sentence = gettext("%(title)s is named twice.") % {"title": offer.full_title}
            raise InvalidInput(fields={"lines": [sentence]})
        lines[each.variant_ref] = {
            "variant_ref": each.variant_ref,
            "sku": offer.sku,
            "title": offer.full_title[:300],
            "quantity": each.quantity,
            "price_minor": each.price_minor,
            "price_reason": reason["price_reason"],
        }
    return list(lines.values())


def _details_of(draft: DraftOrder, *, payment_method: str) -> CheckoutDetails:
    return CheckoutDetails(
        email=draft.email,
        phone=draft.phone,
        shipping_address=draft.shipping_address,
        shipping_method=draft.shipping_method_code,
        payment_method=payment_method,
        company=draft.company,
        tax_number=draft.tax_number,
    )


def _pieces_of(draft: DraftOrder) -> list[DraftPieces]:
    lines = list(draft.lines.all())
    known = read_lines([line.variant_ref for line in lines], draft.currency)
    return [
        DraftPieces(
            product_ref=known[line.variant_ref].product_ref if line.variant_ref in known else "",
            variant_ref=line.variant_ref,
            sku=line.sku,
            title=line.title,
            quantity=line.quantity,
            unit_price_minor=line.price_minor or line.held_minor or 0,
        )
        for line in lines
    ]


def _cart_of(draft: DraftOrder) -> Cart:
    return carts.build_draft_cart(
        token=draft.cart_token,
        draft_ref=draft.cart_key,
        pieces=_pieces_of(draft),
        currency=draft.currency,
        codes=draft.coupon_codes,
    )
