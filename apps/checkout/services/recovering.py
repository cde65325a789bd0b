"""Recovery of stalled checkouts: each is finished or undone, never both.

A cart that is still `converting` some time after its claim belongs to a request that died or is stalled. If its order
is there the cart is closed. If not, the fence is inserted first: then the stalled request can't place the order any
more, and the cart can be reopened.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from apps.carts import services as carts
from apps.carts.documents import Cart
from apps.carts.selectors import list_stalled_carts
from apps.checkout.models import CheckoutFence
from apps.checkout.selectors import get_fence
from apps.common.clock import now
from apps.payments.selectors import has_unfinished_business
from apps.platform.services import note_wake_up
from apps.platform.sweeps import do_each
from apps.tenancy.context import current_store
from apps.tenancy.retrying import repeated_on_deadlock

_LOOK_AGAIN_SECONDS = 45


def decide_stalled_checkouts() -> int:
    """Finish or undo every checkout that has been running for too long. Returns how many."""
    before = now() - timedelta(seconds=settings.CHECKOUT_STALLED_SECONDS)
    return do_each(list_stalled_carts(claimed_before=before), _is_decided)


def decide_stalled_checkout(*, checkout_id: UUID) -> CheckoutFence.Outcome:
    """Finish or undo a checkout and update its cart. Repeatable, also while the request wakes up."""
    outcome = _decide(checkout_id)
    if outcome == CheckoutFence.Outcome.PLACED:
        carts.close_cart(checkout_id=checkout_id)
    else:
        carts.reopen_cart(checkout_id=checkout_id)
    return outcome


def schedule_wake_ups_for_open_checkouts() -> int:
    """Schedule another sweep while payments, events or refunds of this store are pending."""
    if not has_unfinished_business():
        return 0
    note_wake_up(store_id=current_store().id, due_at=now() + timedelta(seconds=_LOOK_AGAIN_SECONDS))
    return 1


def _is_decided(cart: Cart) -> bool:
    if cart.checkout_uuid is None:
        return False
    decide_stalled_checkout(checkout_id=cart.checkout_uuid)
    return True


@repeated_on_deadlock
def _decide(checkout_id: UUID) -> CheckoutFence.Outcome:
    """Insert the fence as abandoned. Returns the outcome in force, which an order or an earlier sweep may have written.

    While the order's transaction is still open the INSERT waits for it.
    """
    try:
        with transaction.atomic():
            CheckoutFence.objects.create(id=checkout_id, outcome=CheckoutFence.Outcome.ABANDONED)
    except IntegrityError:
        fence = get_fence(checkout_id)
        if fence is None:
            raise
        return CheckoutFence.Outcome(fence.outcome)
    return CheckoutFence.Outcome.ABANDONED
