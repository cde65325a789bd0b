"""Reading and changing a cart."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from apps.carts import services as carts
from apps.carts.api.base import HEADER, CartAccess
from apps.carts.api.serializers import (
    CartSerializer,
    CodeInput,
    ItemInput,
    QuantityInput,
    present_cart_view,
    present_no_cart,
)
from apps.carts.documents import Cart
from apps.carts.gifts import GiftDetails
from apps.carts.selectors import Goods, present_cart, read_goods_of
from apps.common.api.schemas import CART_TOKEN, documented
from apps.common.api.throttles import WindowThrottle
from apps.events.api.idempotency import repeatable
from apps.tenancy.context import current_store

TAG = "cart"


def answer_cart(cart: Cart, goods: Goods | None = None, *, status: int = 200) -> Response:
    response = Response(present_cart_view(present_cart(cart, goods)), status=status)
    if cart.customer_ref is None:
        response[HEADER] = cart.token
    return response


class CartView(CartAccess):
    @documented(
        "The cart with present prices and stock",
        operation="cart_read",
        tag=TAG,
        parameters=[CART_TOKEN],
        answers={200: CartSerializer},
        description="An unknown or missing token answers an empty cart: tokens can't be guessed or probed.",
    )
    def get(self, request: Request) -> Response:
        cart = self.cart_or_none()
        if cart is None:
            return Response(present_no_cart(current_store().currency))
        return answer_cart(cart)


class CartItemsView(CartAccess):
    @documented(
        "Put a variant into the cart",
        operation="cart_add",
        tag=TAG,
        body=ItemInput,
        parameters=[CART_TOKEN],
        answers={201: CartSerializer},
        errors=(403, 409),
        idempotent=True,
        description="A guest's first item makes the cart; keep the `token` of the answer.",
    )
    @repeatable
    def post(self, request: Request) -> Response:
        values = self.read_body(ItemInput)
        cart = self.cart_or_new()
        goods = read_goods_of(cart, values["variant_id"])
        changed = carts.add_item(
            cart=cart,
            variant_ref=values["variant_id"],
            quantity=values["quantity"],
            goods=goods,
            gift=GiftDetails(**values["gift"]) if values["gift"] else None,
        )
        return answer_cart(changed, goods, status=201)


class CartItemView(CartAccess):
    @documented(
        "Change how many",
        operation="cart_change",
        tag=TAG,
        body=QuantityInput,
        parameters=[CART_TOKEN],
        answers={200: CartSerializer},
        errors=(404, 409),
        idempotent=True,
    )
    @repeatable
    def put(self, request: Request, line_id: str) -> Response:
        values = self.read_body(QuantityInput)
        cart = self.require_cart()
        goods = read_goods_of(cart)
        changed = carts.set_quantity(
            cart=cart, line_id=line_id, quantity=values["quantity"], goods=goods
        )
        return answer_cart(changed, goods)

    @documented(
        "Take a line out of the cart",
        operation="cart_remove",
        tag=TAG,
        parameters=[CART_TOKEN],
        answers={200: CartSerializer},
        errors=(404, 409),
        idempotent=True,
    )
    @repeatable
    def delete(self, request: Request, line_id: str) -> Response:
        return answer_cart(carts.remove_item(cart=self.require_cart(), line_id=line_id))


class CodeThrottle(WindowThrottle):
    """Coupon codes that one address tries, right ones too, in the API and on pages."""

    scope = "codes"


class CartCodesView(CartAccess):
    def get_throttles(self) -> list[BaseThrottle]:
        return [*super().get_throttles(), CodeThrottle()]

    @documented(
        "Use a coupon code",
        operation="cart_code_add",
        tag=TAG,
        body=CodeInput,
        parameters=[CART_TOKEN],
        answers={200: CartSerializer},
        errors=(403, 404, 409, 429),
        description=(
            "A code that does nothing for this cart is refused with `reason` in `details`. A code in the cart is looked "
            "at again when the cart is read and when it is ordered; see `refused_codes`."
        ),
    )
    def post(self, request: Request) -> Response:
        values = self.read_body(CodeInput)
        cart = self.require_cart()
        goods = read_goods_of(cart)
        return answer_cart(carts.add_code(cart=cart, code=values["code"], goods=goods), goods)


class CartCodeView(CartAccess):
    @documented(
        "Take a coupon code out of the cart",
        operation="cart_code_remove",
        tag=TAG,
        parameters=[CART_TOKEN],
        answers={200: CartSerializer},
        errors=(404, 409),
        idempotent=True,
    )
    @repeatable
    def delete(self, request: Request, code: str) -> Response:
        return answer_cart(carts.remove_code(cart=self.require_cart(), code=code))
