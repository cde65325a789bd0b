"""Bundles: what they are made of."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from apps.common.typed_text import Code, cleans_text
from apps.inventory.bundles import bundles_of
from apps.inventory.errors import BundleChanged, BundleRefused
from apps.inventory.models import Bundle, BundlePart, ConsignmentLine, StockItem, Warehouse
from apps.inventory.services.selling_out import note_crossing
from apps.inventory.states import ConsignmentState
from apps.platform.auditing import note
from apps.tenancy.retrying import repeated_on_deadlock

MOST_BUNDLES: Final = 2_000
MOST_PARTS: Final = 30
MOST_PIECES: Final = 1_000


@dataclass(frozen=True)
class BundledPart:
    variant_ref: str
    sku: str
    quantity: int


@cleans_text
@repeated_on_deadlock
def save_bundle(
    *,
    variant_ref: str,
    sku: Annotated[str, Code(64)],
    parts: Sequence[BundledPart],
    version: int | None = None,
) -> Bundle:
    """Make the variant a bundle of these parts, or replace its parts. Orders keep the parts they were placed with.

    Raises `BundleRefused` where a part is a bundle, or the bundle a part, or has pieces of its own: on hand, promised or on
    the way. `version` is the one
    that the editor saw, 0 for a new bundle; raises `BundleChanged` when it is another by now.
    """
    _check(variant_ref, sku, parts)
    with transaction.atomic():
        # One at a time: two bundles that are made at once can't become parts of each other. And a first row of stock is made
        # before this or after it, never beside it (`wait_for_bundles`).
        list(Warehouse.objects.select_for_update().order_by("pk"))
        every = {row.variant_ref: row for row in Bundle.objects.order_by("pk")}
        bundle = every.get(variant_ref)
        if version is not None and version != (bundle.version if bundle else 0):
            raise BundleChanged
        _require_flat(variant_ref, sku, parts, every)
        if bundle is None:
            if len(every) >= MOST_BUNDLES:
                sentence = gettext("A store has at most %(most)s bundles.")
                raise BundleRefused(sentence % {"most": MOST_BUNDLES})
            _require_no_stock(variant_ref, sku)
            bundle = Bundle.objects.create(variant_ref=variant_ref, sku=sku)
            before: list[str] = []
        else:
            before = [str(part) for part in bundle.parts.order_by("position")]
            bundle.sku, bundle.version = sku, bundle.version + 1
            bundle.save(update_fields=["sku", "version"])
            bundle.parts.all().delete()
        rows = BundlePart.objects.bulk_create(
            BundlePart(
                bundle=bundle,
                variant_ref=part.variant_ref,
                sku=part.sku,
                quantity=part.quantity,
                position=position,
            )
            for position, part in enumerate(parts)
        )
        after = [str(row) for row in rows]
        note("bundle.saved", bundle, before={"parts": before}, after={"parts": after})
        note_crossing([variant_ref])
    return bundle


@repeated_on_deadlock
def delete_bundle(*, bundle: Bundle) -> None:
    """The variant is sold by a stock of its own again. Orders keep the parts they were placed with. Repeatable."""
    with transaction.atomic():
        parts = [str(part) for part in bundle.parts.order_by("position")]
        deleted = Bundle.objects.filter(pk=bundle.pk).delete()[0]
        if deleted:
            note("bundle.deleted", bundle, before={"parts": parts})
            note_crossing([bundle.variant_ref])


def forget_bundles(*, variant_refs: Collection[str]) -> None:
    """For variants that are deleted. No statement where none of them is a bundle."""
    if found := bundles_of(variant_refs):
        Bundle.objects.filter(variant_ref__in=list(found)).delete()


def _check(variant_ref: str, sku: str, parts: Sequence[BundledPart]) -> None:
    if not parts:
        raise BundleRefused(gettext("A bundle needs at least one part."))
    if len(parts) > MOST_PARTS:
        sentence = gettext("A bundle has at most %(most)s parts.")
        raise BundleRefused(sentence % {"most": MOST_PARTS})
    seen: set[str] = set()
    for part in parts:
        names = {"sku": part.sku, "bundle": sku, "most": MOST_PIECES}
        if part.variant_ref == variant_ref:
            raise BundleRefused(gettext("%(sku)s can't be a part of itself.") % names)
        if part.variant_ref in seen:
            raise BundleRefused(gettext("%(sku)s is there twice.") % names)
        if not 1 <= part.quantity <= MOST_PIECES:
            sentence = gettext("%(sku)s: between 1 and %(most)s pieces.")
            raise BundleRefused(sentence % names)
        seen.add(part.variant_ref)


def _require_flat(
    variant_ref: str, sku: str, parts: Sequence[BundledPart], every: Collection[str]
) -> None:
    for part in parts:
        if part.variant_ref in every:
            sentence = gettext("%(sku)s is a bundle itself: name its parts instead.")
            raise BundleRefused(sentence % {"sku": part.sku})
    whole = BundlePart.objects.filter(variant_ref=variant_ref).select_related("bundle").first()
    if whole is not None:
        sentence = gettext("%(sku)s is a part of the bundle %(bundle)s.")
        raise BundleRefused(sentence % {"sku": sku, "bundle": whole.bundle.sku})


def _require_no_stock(variant_ref: str, sku: str) -> None:
    """Nor may any be promised, beyond those on hand too, or on the way: such an order could never be sent, and such a
    delivery never be received."""
    rows = StockItem.objects.select_for_update().filter(variant_ref=variant_ref).order_by("pk")
    own = list(rows)
    if any(item.on_hand for item in own):
        sentence = gettext(
            "%(sku)s has pieces of its own on hand. A bundle has none: count it to 0 first."
        )
        raise BundleRefused(sentence % {"sku": sku})
    if any(item.reserved or item.allocated for item in own):
        sentence = gettext("%(sku)s is promised to orders. Send or cancel them first.")
        raise BundleRefused(sentence % {"sku": sku})
    coming = ConsignmentLine.objects.filter(
        variant_ref=variant_ref,
        consignment__state=ConsignmentState.SENT,
        quantity__gt=F("received") + F("missing"),
    )
    number = coming.values_list("consignment__number", flat=True).first()
    if number is not None:
        sentence = gettext("%(sku)s is on the way in %(number)s. Receive or cancel that first.")
        raise BundleRefused(sentence % {"sku": sku, "number": number})
