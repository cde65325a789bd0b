"""Orders that are paid on delivery and wait for their confirmation: by staff, or by the buyer with a code of six digits.

Codes are made when they are sent, by the consumer of a message, so that a sending that is repeated sends a code that
works. Guessing: a code lives for some minutes and a few tries, and an order gets a few codes.
"""

import secrets
from datetime import timedelta
from typing import Annotated, Final
from uuid import UUID

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.text import ascii_digits
from apps.common.typed_text import Code, Said, cleans_text
from apps.events import services as events
from apps.fulfilment.errors import CodeIsOver, NotToConfirm, TooManyCodes, WrongCode
from apps.fulfilment.models import ConfirmationCode
from apps.fulfilment.services.parcels import tell
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments.ways import Confirmation
from apps.tenancy.retrying import repeated_on_deadlock

CODE_LIVES: Final = timedelta(minutes=15)
MOST_ATTEMPTS: Final = 5
MOST_CODES: Final = 5
SEND_AGAIN_AFTER: Final = timedelta(seconds=60)
_SALT: Final = "fulfilment.confirmation_code"


@repeated_on_deadlock
def confirm_order(*, order: Order, actor: Actor) -> Order:
    """Record that staff have asked the buyer. Calling it again changes nothing. Raises `OrderCancelled`."""
    with events.transaction_with_wake_up():
        if orders.mark_confirmed(order=order, actor=actor):
            tell("order.confirmed", order)
    return order


@cleans_text
def confirm_with_code(*, order: Order, code: Annotated[str, Code(40)], actor: Actor) -> Order:
    """Confirm by the code that was sent. Calling it again after success changes nothing.

    Raises `WrongCode`, which counts, `CodeIsOver` and `NotToConfirm`.
    """
    left = _try_code(order, "".join(ascii_digits(code).split()), actor)
    if left is None:
        return order
    if not left:
        raise CodeIsOver
    raise WrongCode(fields={"code": [gettext("This is not the code.")]}, left=left)


@repeated_on_deadlock
def _try_code(order: Order, typed: str, actor: Actor) -> int | None:
    """None for the right code; else how many tries are left. A wrong try is counted, so it is no exception here."""
    with events.transaction_with_wake_up():
        orders.lock_order(order)
        if (
            order.confirm_by is None
            and order.confirmation == Confirmation.CODE
            and not order.is_cancelled
        ):
            return None
        row = _lock_code(order)
        if row.attempts >= MOST_ATTEMPTS or row.expires_at <= now():
            return 0
        if not constant_time_compare(row.code_hash, _hash(row, typed)):
            row.attempts += 1
            row.save(update_fields=["attempts"])
            return MOST_ATTEMPTS - row.attempts
        row.attempts = MOST_ATTEMPTS  # a code works once
        row.save(update_fields=["attempts"])
        orders.mark_confirmed(order=order, actor=actor)
        tell("order.confirmed", order)
    return None


@repeated_on_deadlock
def request_code(*, order: Order) -> None:
    """Have another code sent; the one before is not valid any more when it arrives. Raises `TooManyCodes`."""
    with events.transaction_with_wake_up():
        orders.lock_order(order)
        row = _lock_code(order)
        wait = row.sent_at + SEND_AGAIN_AFTER - now()
        if wait > timedelta(0):
            raise TooManyCodes(
                gettext("Please wait a minute before you ask for another code."),
                retry_after=int(wait.total_seconds()) + 1,
            )
        if row.sent_count >= MOST_CODES:
            raise TooManyCodes(gettext("We have sent several codes already. Please write to us."))
        row.sent_at = now()  # the next request waits, though this code is not sent yet
        row.save(update_fields=["sent_at"])
        tell("confirmation.code_requested", order)


@cleans_text
@transaction.atomic
def make_code(*, order: Order, sent_to: Annotated[str, Said(254)]) -> tuple[str, int]:
    """A new code and its number, for who sends it in the same transaction. Raises `NotToConfirm`, `TooManyCodes`."""
    orders.lock_order(order)
    _require_open(order)
    row = ConfirmationCode.objects.select_for_update().filter(order=order).first()
    row = row or ConfirmationCode(order=order)
    if row.sent_count >= MOST_CODES:
        raise TooManyCodes
    code = f"{secrets.randbelow(10**6):06d}"
    row.sent_count += 1
    row.code_hash = _hash(row, code)
    row.attempts, row.sent_at, row.expires_at = 0, now(), now() + CODE_LIVES
    row.sent_to = sent_to
    row.save()
    return code, row.sent_count


def _lock_code(order: Order) -> ConfirmationCode:
    """The code of a locked order that waits for it."""
    _require_open(order)
    row = ConfirmationCode.objects.select_for_update().filter(order=order).first()
    if row is None:  # the first one is on its way
        raise CodeIsOver(gettext("The code is on its way to you. Please wait a moment."))
    return row


def _require_open(order: Order) -> None:
    if not order.awaits_confirmation or order.confirmation != Confirmation.CODE:
        raise NotToConfirm


def _hash(row: ConfirmationCode, code: str) -> str:
    value = f"{row.order_id}:{row.sent_count}:{code}"
    return salted_hmac(_SALT, value, algorithm="sha256").hexdigest()


def get_order_to_confirm(order_id: UUID) -> Order | None:
    """The order, if it still waits for a code."""
    order = Order.objects.filter(pk=order_id, confirmation=Confirmation.CODE).first()
    return order if order is not None and order.awaits_confirmation else None
