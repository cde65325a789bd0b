"""Errors of carts."""

from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, InvalidInput, LimitReached, NotFound
from apps.inventory.errors import words_for_short


class CartNotFound(NotFound):
    code = "cart_not_found"
    title = _("There is no such cart.")


class CartLineNotFound(NotFound):
    code = "cart_line_not_found"
    title = _("This line is no longer in the cart.")


class CartEmpty(InvalidInput):
    code = "cart_empty"
    title = _("The cart is empty.")


class CartChanged(Conflict):
    """The cart was changed since it was read."""

    code = "cart_changed"
    title = _("The cart was changed in the meantime. Please look at it again.")


class CartAlreadyClaimed(Conflict):
    """The cart is being ordered or was ordered; `checkout_id` is the order it became or is becoming."""

    code = "cart_already_claimed"
    title = _("This cart has already been ordered.")

    def __init__(self, checkout_id: UUID | None) -> None:
        super().__init__(checkout_id=str(checkout_id) if checkout_id else None)
        self.checkout_id = checkout_id


class ItemNotAvailable(Conflict):
    """The variant does not exist, is not on sale or has no price in the cart's currency."""

    code = "item_not_available"
    title = _("This product is not available.")


class InvalidGift(InvalidInput):
    """`fields` are those of the details of a gift card, and `amount`."""

    code = "invalid_gift"
    title = _("Please check the details of the gift card.")


class NotEnoughStock(Conflict):
    """`available` pieces are left, fewer than requested; `in_cart` of them are already in this cart.

    The sentence is for buyers, so it has the product's name; the SKU is for programs.
    """

    code = "not_enough_stock"
    title = _("There are not enough pieces left.")

    def __init__(self, *, name: str, sku: str, available: int, in_cart: int = 0) -> None:
        sentence = words_for_short(name, available)
        if available > 0 and in_cart:
            known = {"sentence": sentence.removesuffix("."), "pieces": min(in_cart, available)}
            if available == in_cart == 1:
                sentence = gettext("%(sentence)s, and it is in your cart.") % known
            else:
                sentence = gettext("%(sentence)s, and %(pieces)s of them are in your cart.") % known
        super().__init__(sentence, sku=sku, name=name, available=available, in_cart=in_cart)
        self.available = available
        self.to_be_had = max(available - in_cart, 0)


class InvalidQuantity(InvalidInput):
    code = "invalid_quantity"
    title = _("The quantity must be a whole number from 1 up.")


class LinkNotReadable(NotFound):
    """The store has not signed this link: it is cut off, changed, or of another store. The answer is the same."""

    code = "cart_link_not_readable"
    title = _("This link to a cart is not complete. Please copy it once more.")


class LinkEnded(NotFound):
    code = "cart_link_ended"
    title = _("This link to a cart has ended.")


class TooManySaved(LimitReached):
    code = "too_many_saved"
    title = _("Nothing more can be saved for later. Please remove something first.")


class TooManyLines(LimitReached):
    code = "too_many_lines"
    title = _("The cart is full.")
