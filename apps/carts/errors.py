"""Errors of carts."""

from uuid import UUID

from apps.common.errors import Conflict, InvalidInput, LimitReached, NotFound
from apps.inventory.errors import words_for_short


class CartNotFound(NotFound):
    code = "cart_not_found"
    title = "There is no such cart."


class CartLineNotFound(NotFound):
    code = "cart_line_not_found"
    title = "This line is no longer in the cart."


class CartEmpty(InvalidInput):
    code = "cart_empty"
    title = "The cart is empty."


class CartChanged(Conflict):
    """The cart is not as it was when it was read."""

    code = "cart_changed"
    title = "The cart was changed in the meantime. Please look at it again."


class CartAlreadyClaimed(Conflict):
    """The cart is being ordered or was ordered; `checkout_id` is the order it became or is becoming."""

    code = "cart_already_claimed"
    title = "This cart has already been ordered."

    def __init__(self, checkout_id: UUID | None) -> None:
        super().__init__(checkout_id=str(checkout_id) if checkout_id else None)
        self.checkout_id = checkout_id


class ItemNotAvailable(Conflict):
    """The variant does not exist, is not on sale or has no price in the cart's currency."""

    code = "item_not_available"
    title = "This product is not available."


class NotEnoughStock(Conflict):
    """`available` pieces are left, fewer than asked for; `in_cart` of them are in this cart already.

    The sentence is for buyers, so it has the product's name; the SKU is for programs.
    """

    code = "not_enough_stock"
    title = "There are not enough pieces left."

    def __init__(self, *, name: str, sku: str, available: int, in_cart: int = 0) -> None:
        sentence = words_for_short(name, available)
        if available > 0 and in_cart:
            has = "it is" if available == in_cart == 1 else f"{min(in_cart, available)} of them are"
            sentence = f"{sentence.removesuffix('.')}, and {has} in your cart."
        super().__init__(sentence, sku=sku, name=name, available=available, in_cart=in_cart)
        self.available = available
        self.to_be_had = max(available - in_cart, 0)


class InvalidQuantity(InvalidInput):
    code = "invalid_quantity"
    title = "The quantity must be a whole number from 1 up."


class TooManyLines(LimitReached):
    code = "too_many_lines"
    title = "The cart is full."
