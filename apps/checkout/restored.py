"""Carts after a restore: documents are read after SQL, so a cart may look further than its order."""

from apps.carts import services as carts
from apps.carts.documents import Cart, CartStatus
from apps.checkout.selectors import get_fence
from apps.checkout.services import decide_stalled_checkout
from apps.operations.restore.reconciling import after_restore


@after_restore
def bring_carts_in_line(copied: bool) -> None:
    """A closed cart whose order is not there goes back to its buyer; one that was being ordered is decided now."""
    for cart in Cart.objects.filter(status=CartStatus.CLOSED):
        if cart.checkout_uuid is not None and get_fence(cart.checkout_uuid) is None:
            carts.unclose_cart(cart=cart)
    for cart in Cart.objects.filter(status=CartStatus.CONVERTING):
        if cart.checkout_uuid is not None:
            decide_stalled_checkout(checkout_id=cart.checkout_uuid)
