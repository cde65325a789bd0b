"""Documents home: `carts`, one MongoDB document per cart. Every change is a compare-and-set on `version`.

A document is bounded: `CART_MAX_LINES` lines, as many that wait for an answer, `CART_MAX_SAVED` saved for later, and
`MOST_NOTICES` notices.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_mongodb_backend.fields import ArrayField, EmbeddedModelArrayField
from django_mongodb_backend.models import EmbeddedModel

from apps.tenancy.documents.models import Document


class CartStatus(models.TextChoices):
    OPEN = "open", _("Open")
    CONVERTING = "converting", _("Being ordered")
    CLOSED = "closed", _("Closed")


class NoticeCode(models.TextChoices):
    """What happened to goods of a cart. The sentences are in `notices.py`."""

    ADDED = "added", _("Added")
    ADDED_UP = "added_up", _("Added up")
    KEPT_LARGER = "kept_larger", _("Larger quantity kept")
    SAVED = "saved", _("Saved for later")
    LEFT_OUT = "left_out", _("Left out")
    REDUCED = "reduced", _("Reduced")
    REMOVED = "removed", _("Removed")


class EmbeddedDateTimeField(models.DateTimeField):
    """A moment inside a sub-document: the backend returns it without a time zone. They are UTC."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, datetime) and value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return super().to_python(value)


LineKey = tuple[str, str]


def line_key(variant_ref: str, gift: Mapping[str, Any] | None) -> LineKey:
    """What lines are added up by: the variant, and the details of a gift card."""
    return variant_ref, json.dumps(gift, sort_keys=True) if gift else ""


class CartLine(EmbeddedModel):
    """`unit_price_minor` and `tax_class` are those that the buyer has seen: a change is shown until the buyer has seen it,
    too. They are never charged. Lines from before there was a class have none. `gift` are the details of a gift card."""

    id = models.CharField(max_length=36, primary_key=True)
    product_ref = models.CharField(max_length=36)
    variant_ref = models.CharField(max_length=36)
    sku = models.CharField(max_length=64)
    title = models.CharField(max_length=300)
    quantity = models.IntegerField()
    unit_price_minor = models.BigIntegerField()
    added_at = EmbeddedDateTimeField()
    tax_class = models.CharField(max_length=30, blank=True, default="")
    gift = models.JSONField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.quantity} x {self.sku}"

    @property
    def key(self) -> LineKey:
        return line_key(self.variant_ref, self.gift)


class CartNotice(EmbeddedModel):
    """What happened to goods of the cart, until the buyer has seen it. `before` and `after` are pieces in the cart."""

    id = models.CharField(max_length=36, primary_key=True)
    code = models.CharField(max_length=12, choices=NoticeCode.choices)
    sku = models.CharField(max_length=64)
    title = models.CharField(max_length=300)
    before = models.IntegerField(default=0)
    after = models.IntegerField(default=0)
    at = EmbeddedDateTimeField()

    def __str__(self) -> str:
        return f"{self.code} {self.sku}"


class Cart(Document):
    """The cart of one visitor.

    `slot` is what a cart is found by, unique in the store: `customer:<ref>` while a customer's cart is in use, which
    keeps them from having two, and `cart:<token>` otherwise. Every index makes each write dearer. `merged_from` holds the tokens of guest carts already added in.
    `codes` are the buyer's coupons in their normal form, whether they apply or not.
    `draft_ref` names the draft order, and its version, that this cart orders; only checkout sets it.
    `expires_at` is when it is deleted: it moves on with every change of an open cart, and is set again on closing.
    `saved` is for later. `asked` are lines of a guest's cart that wait for the buyer's answer, by the store's rule.
    `contact` is the address to which the buyer wants reminders, `remind_at` when the next one is due, `reminded` how many there were.
    `successor` is the token of the cart that has what was saved, when this one was ordered.
    """

    token = models.CharField(max_length=40)
    slot = models.CharField(max_length=80)
    customer_ref = models.CharField(max_length=36, null=True, blank=True)
    currency = models.CharField(max_length=3)
    lines = EmbeddedModelArrayField(CartLine, default=list, blank=True)
    saved = EmbeddedModelArrayField(CartLine, default=list, blank=True)
    asked = EmbeddedModelArrayField(CartLine, default=list, blank=True)
    notices = EmbeddedModelArrayField(CartNotice, default=list, blank=True)
    codes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    status = models.CharField(max_length=10, choices=CartStatus.choices, default=CartStatus.OPEN)
    version = models.IntegerField(default=1)
    checkout_id = models.CharField(max_length=36, null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    draft_ref = models.CharField(max_length=60, blank=True, default="")
    merged_into = models.CharField(max_length=36, blank=True, default="")
    contact = models.CharField(max_length=254, blank=True, default="")
    remind_at = models.DateTimeField(null=True, blank=True)
    reminded = models.IntegerField(default=0)
    successor = models.CharField(max_length=40, blank=True, default="")
    merged_from = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "carts"
        constraints = [
            models.UniqueConstraint(fields=["store", "slot"], name="cart_slot"),
        ]
        indexes = [
            models.Index(fields=["store", "checkout_id"], name="cart_checkout"),
            models.Index(fields=["store", "status", "expires_at"], name="cart_expiry"),
            models.Index(fields=["store", "remind_at"], name="cart_reminders"),
            models.Index(fields=["store", "contact"], name="cart_contact"),
        ]

    def __str__(self) -> str:
        return f"Cart {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status == CartStatus.OPEN

    @property
    def is_empty(self) -> bool:
        return not self.lines

    @property
    def saved_lines(self) -> list[CartLine]:
        """`saved`, which a cart from before it was there does not have; so with the next two."""
        return list(self.saved or ())

    @property
    def asked_lines(self) -> list[CartLine]:
        return list(self.asked or ())

    @property
    def open_notices(self) -> list[CartNotice]:
        return list(self.notices or ())

    @property
    def has_anything(self) -> bool:
        """Whether there is something to show, also without a line."""
        return bool(self.lines or self.saved or self.asked or self.notices)

    @property
    def count(self) -> int:
        """Pieces, not lines."""
        return sum(line.quantity for line in self.lines)

    @property
    def coupon_codes(self) -> list[str]:
        """`codes`, which a cart from before there were any does not have."""
        return list(self.codes or ())

    @property
    def checkout_uuid(self) -> UUID | None:
        return UUID(self.checkout_id) if self.checkout_id else None

    def line(self, line_id: str) -> CartLine | None:
        return next((line for line in self.lines if line.id == line_id), None)
