"""Carts whose order was begun, and neither placed nor undone."""

from collections.abc import Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.carts.documents import Cart, CartStatus
from apps.carts.selectors import get_cart_by_ref, list_stalled_carts
from apps.checkout import services
from apps.common.clock import now
from apps.platform.dead_ends import DeadEnd, Kind, dead_end, states, stuck_before


class StalledCarts:
    """Documents: one read for the list, the number, or one of them."""

    def list(self, most: int) -> Sequence[Cart]:
        return list_stalled_carts(claimed_before=stuck_before(), limit=most)

    def count(self) -> int:
        return len(self.list(1000))

    def get(self, key: str) -> Cart | None:
        cart = get_cart_by_ref(key)
        if cart is None or cart.status != CartStatus.CONVERTING:
            return None
        is_stalled = cart.claimed_at is not None and cart.claimed_at < stuck_before()
        return cart if is_stalled else None


def _describe(cart: Cart) -> DeadEnd:
    return DeadEnd(
        key=str(cart.pk),
        what=gettext("Cart of %(count)s pieces") % {"count": cart.count},
        since=cart.claimed_at or now(),
        why=gettext("An order was begun, and neither placed nor undone."),
    )


def _decide(cart: Cart) -> None:
    if cart.checkout_uuid is not None:
        services.decide_stalled_checkout(checkout_id=cart.checkout_uuid)


dead_end(
    Kind(
        code="checkout.cart",
        title=_("Orders that were begun and not placed"),
        button=_("Finish or undo it"),
        found=StalledCarts(),
        describe=_describe,
        resolve=lambda cart, actor: _decide(cart),
        sees="orders.view_order",
        needs="orders.change_order",
        covers=states(CartStatus.CONVERTING),
    )
)
