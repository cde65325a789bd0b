"""Discounts as staff make them, with their codes."""

import re
from collections.abc import Iterable
from typing import Annotated, Final

from django.db import transaction
from django.utils.translation import gettext

from apps.common.typed_text import Code, cleans_text
from apps.discounts.codes import MOST_CHARACTERS, RANDOM_CHARACTERS, code_key, make_code
from apps.discounts.errors import CodeTaken, DiscountInUse, InvalidDiscount
from apps.discounts.kinds import Kind, Trigger
from apps.discounts.models import Allowance, CodeBatch, Discount, DiscountCode
from apps.platform.auditing import audited
from apps.tenancy.retrying import repeated_on_deadlock

MOST_CODES: Final = 10_000
MOST_PREFIX: Final = 20
_PREFIX: Final = re.compile(r"[^\W_][\w-]*")
# Which columns each kind has; the others are emptied.
_NEEDED: Final = {
    Kind.PERCENT: ("percent",),
    Kind.AMOUNT: ("amount_minor",),
    Kind.AMOUNT_EACH: ("amount_minor",),
    Kind.FREE_SHIPPING: (),
    Kind.BUY_GET: ("percent", "buy_quantity", "get_quantity"),
}
_OF_KINDS: Final = ("percent", "amount_minor", "buy_quantity", "get_quantity")


@repeated_on_deadlock
def save_discount(*, discount: Discount, limit: int | None = None) -> Discount:
    """Write a new or changed discount with its code. `limit` is the number of all uses, None without one.

    Raises `InvalidDiscount` at the field that is missing or wrong, `CodeTaken` for a code of another discount.
    """
    is_new = discount._state.adding
    _check(discount)
    discount.code = code_key(discount.code) if discount.trigger == Trigger.CODE else ""
    with (
        transaction.atomic(),
        audited("discount.created" if is_new else "discount.changed", discount),
    ):
        discount.save()
        _keep_allowance(discount, limit)
        _keep_code(discount)
    return discount


@repeated_on_deadlock
def delete_discount(*, discount: Discount) -> None:
    """Raises `DiscountInUse` once an order has used it."""
    if discount.redemptions.exists():
        raise DiscountInUse
    with transaction.atomic(), audited("discount.deleted", discount):
        discount.delete()


@cleans_text
def make_batch(
    *, discount: Discount, count: int, prefix: Annotated[str, Code(MOST_PREFIX)] = ""
) -> CodeBatch:
    """New random codes, each for one order. Raises `InvalidDiscount` for an automatic discount or a wrong count."""
    if discount.is_automatic:
        raise InvalidDiscount(gettext("An automatic discount has no codes."))
    if not 1 <= count <= MOST_CODES:
        words = gettext("Between 1 and %(most)s codes can be made at once.") % {"most": MOST_CODES}
        raise InvalidDiscount(words, fields={"count": [words]})
    key = code_key(prefix)
    if key and not _PREFIX.fullmatch(key):
        words = gettext("Codes begin with a letter or digit, and have letters, digits and hyphens.")
        raise InvalidDiscount(words, fields={"prefix": [words]})
    with transaction.atomic():
        batch = CodeBatch(discount=discount, prefix=key, count=count)
        with audited("code_batch.created", batch):
            batch.save(force_insert=True)
        DiscountCode.objects.bulk_create(
            (
                DiscountCode(key=key, discount=discount, batch=batch)
                for key in _new_codes(batch.prefix, count)
            ),
            batch_size=1_000,
        )
    return batch


def _new_codes(prefix: str, count: int) -> Iterable[str]:
    made: set[str] = set()
    while len(made) < count:
        made.add(make_code(prefix))
    return made


def _check(discount: Discount) -> None:
    kind = Kind(discount.kind)
    errors: dict[str, list[str]] = {}
    for name in _OF_KINDS:
        if name not in _NEEDED[kind]:
            setattr(discount, name, None)
        elif not getattr(discount, name):
            errors[name] = [gettext("This kind of discount needs it.")]
    if kind != Kind.BUY_GET:
        discount.get_product_refs, discount.most_pieces = [], None
    if discount.starts_at and discount.ends_at and discount.ends_at <= discount.starts_at:
        errors["ends_at"] = [gettext("The end must be after the beginning.")]
    if discount.trigger == Trigger.CODE and discount.code and not code_key(discount.code):
        words = gettext("A code has at most %(most)s letters and digits.")
        errors["code"] = [words % {"most": MOST_CHARACTERS}]
    if errors:
        raise InvalidDiscount(fields=errors)


def _keep_allowance(discount: Discount, limit: int | None) -> None:
    allowance, _ = Allowance.objects.select_for_update().get_or_create(discount=discount)
    if limit is not None and limit < max(allowance.used, 1):
        words = gettext("It was used %(count)s times already.") % {"count": allowance.used}
        raise InvalidDiscount(fields={"limit": [words]})
    allowance.most = limit
    allowance.save(update_fields=["most"])


def _keep_code(discount: Discount) -> None:
    """The code that any number of buyers may use is a row like those of batches, so that a code has one meaning."""
    shared = DiscountCode.objects.filter(discount=discount, batch=None)
    if not discount.code:
        shared.delete()
        return
    others = DiscountCode.objects.filter(key=discount.code)
    if others.exclude(discount=discount, batch=None).exists():
        raise CodeTaken(fields={"code": [str(CodeTaken.title)]})
    if not shared.update(key=discount.code):
        DiscountCode.objects.create(key=discount.code, discount=discount)


assert MOST_PREFIX + RANDOM_CHARACTERS <= MOST_CHARACTERS
