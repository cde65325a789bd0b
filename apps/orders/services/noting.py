"""What staff note about an order: holds, tags, and words for the buyer."""

from collections.abc import Sequence
from typing import Annotated, Final

from django.db import transaction
from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.errors import InvalidInput
from apps.common.text import NotText, clean_line, fold
from apps.common.typed_text import Block, Line, Raw, cleans_text
from apps.events import services as events
from apps.orders.errors import NothingToHold
from apps.orders.models import Order, OrderEvent, OrderTag
from apps.orders.services.goods import require_not_cancelled
from apps.orders.services.history import lock_order, record
from apps.orders.states import CAN_BE_HELD
from apps.tenancy.retrying import repeated_on_deadlock

MOST_TAGS: Final = 20
TAG_LENGTH: Final = 40


@cleans_text
@repeated_on_deadlock
def hold_order(
    *, order: Order, reason: Annotated[str, Line(200, required=True)], actor: Actor | None = None
) -> Order:
    """Nothing more of the order is shipped until it is released. Again, it replaces the reason.

    Money, cancelling and the time to pay go on as before. Raises `OrderCancelled`, or `NothingToHold` when everything
    has left.
    """
    with transaction.atomic():
        lock_order(order)
        require_not_cancelled(order)
        if order.fulfilment_state not in CAN_BE_HELD:
            raise NothingToHold(current=order.fulfilment_state)
        if not (order.held_at and order.hold_reason == reason):
            changes = {"held_at": order.held_at or now(), "hold_reason": reason}
            record(order, kind="order.held", changes=changes, actor=actor, reason=reason)
    return order


@repeated_on_deadlock
def release_order(*, order: Order, actor: Actor | None = None) -> Order:
    """The order can be shipped again. Calling it again changes nothing."""
    with transaction.atomic():
        lock_order(order)
        if order.held_at is not None:
            changes = {"held_at": None, "hold_reason": ""}
            record(order, kind="order.hold_released", changes=changes, actor=actor)
    return order


@cleans_text
@repeated_on_deadlock
def set_tags(
    *,
    order: Order,
    tags: Annotated[Sequence[str], Raw(why="each is cleaned below")],
    actor: Actor | None = None,
) -> list[str]:
    """These are the order's tags from now on, in their folded form, each once. Returns them, sorted."""
    wanted = sorted({tag for each in tags if (tag := _clean_tag(each))})
    if len(wanted) > MOST_TAGS:
        sentence = gettext("An order has at most %(most)s tags.") % {"most": MOST_TAGS}
        raise InvalidInput(fields={"tags": [sentence]})
    with transaction.atomic():
        lock_order(order)
        known = set(order.tags.values_list("tag", flat=True))
        gone, fresh = sorted(known - set(wanted)), sorted(set(wanted) - known)
        if gone or fresh:
            order.tags.filter(tag__in=gone).delete()
            OrderTag.objects.bulk_create(OrderTag(order=order, tag=tag) for tag in fresh)
            changed = [*(f"+{tag}" for tag in fresh), *(f"−{tag}" for tag in gone)]
            record(order, kind="order.tagged", changes={}, actor=actor, text=" ".join(changed))
    return wanted


def _clean_tag(text: str) -> str:
    """The folded form in which a tag is stored, found and compared."""
    try:
        return fold(clean_line(text, most=TAG_LENGTH).lstrip("#"))[:TAG_LENGTH]
    except NotText as error:
        raise InvalidInput(fields={"tags": [str(error)]}) from error


@cleans_text
@repeated_on_deadlock
def write_to_buyer(
    *,
    order: Order,
    text: Annotated[str, Block(2000, required=True)],
    is_mailed: bool,
    actor: Actor | None = None,
) -> OrderEvent:
    """Words that the buyer reads on the order's page, and in a mail if `is_mailed`. Every call counts."""
    with events.transaction_with_wake_up():
        lock_order(order)
        event = record(order, kind="order.message_added", changes={}, actor=actor, text=text)
        if is_mailed:
            events.emit(
                topic="order.message_added",
                key=str(order.pk),
                payload={"order_id": str(order.pk), "event_id": str(event.pk)},
            )
    return event
