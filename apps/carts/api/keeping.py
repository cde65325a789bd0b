"""Saved lines, dismissed news, and the answer about lines from before the login."""

from rest_framework.request import Request
from rest_framework.response import Response

from apps.carts import services as carts
from apps.carts.api.base import CartAccess
from apps.carts.api.serializers import CartSerializer, ChoiceInput
from apps.carts.api.views import TAG, answer_cart
from apps.carts.selectors import read_goods_of
from apps.carts.services import MergeChoice
from apps.common.api.schemas import CART_TOKEN, documented
from apps.events.api.idempotency import repeatable


class CartItemSaveView(CartAccess):
    @documented(
        "Save a line for later",
        operation="cart_save",
        tag=TAG,
        parameters=[CART_TOKEN],
        answers={200: CartSerializer},
        errors=(403, 404, 409),
        idempotent=True,
        description="The line is in `saved` then, under the same id.",
    )
    @repeatable
    def post(self, request: Request, line_id: str) -> Response:
        return answer_cart(carts.save_for_later(cart=self.require_cart(), line_id=line_id))


class CartItemSeenView(CartAccess):
    @documented(
        "Dismiss that a line's price or tax class has changed",
        operation="cart_seen",
        tag=TAG,
        parameters=[CART_TOKEN],
        answers={200: CartSerializer},
        errors=(404, 409),
        idempotent=True,
    )
    @repeatable
    def post(self, request: Request, line_id: str) -> Response:
        cart = self.require_cart()
        goods = read_goods_of(cart)
        return answer_cart(carts.accept_changes(cart=cart, line_id=line_id, goods=goods), goods)


class CartSavedView(CartAccess):
    @documented(
        "Move a saved line into the cart",
        operation="cart_take_back",
        tag=TAG,
        parameters=[CART_TOKEN],
        answers={200: CartSerializer},
        errors=(403, 404, 409),
        idempotent=True,
        description=(
            "At the price of today, as many pieces as there are; a notice says where these are fewer. What is not available "
            "stays saved."
        ),
    )
    @repeatable
    def post(self, request: Request, line_id: str) -> Response:
        cart = self.require_cart()
        goods = read_goods_of(cart)
        return answer_cart(carts.take_back(cart=cart, line_id=line_id, goods=goods), goods)

    @documented(
        "Remove a saved line",
        operation="cart_saved_remove",
        tag=TAG,
        parameters=[CART_TOKEN],
        answers={200: CartSerializer},
        errors=(404, 409),
        idempotent=True,
    )
    @repeatable
    def delete(self, request: Request, line_id: str) -> Response:
        return answer_cart(carts.remove_saved(cart=self.require_cart(), line_id=line_id))


class CartNoticesView(CartAccess):
    @documented(
        "Dismiss all notices",
        operation="cart_notices_dismiss",
        tag=TAG,
        parameters=[CART_TOKEN],
        answers={200: CartSerializer},
        errors=(404, 409),
        idempotent=True,
    )
    @repeatable
    def delete(self, request: Request) -> Response:
        return answer_cart(carts.dismiss_notices(cart=self.require_cart()))


class CartNoticeView(CartAccess):
    @documented(
        "Dismiss a notice",
        operation="cart_notice_dismiss",
        tag=TAG,
        parameters=[CART_TOKEN],
        answers={200: CartSerializer},
        errors=(404, 409),
        idempotent=True,
    )
    @repeatable
    def delete(self, request: Request, notice_id: str) -> Response:
        return answer_cart(carts.dismiss_notices(cart=self.require_cart(), notice_id=notice_id))


class CartMergeView(CartAccess):
    @documented(
        "Answer what happens to the lines from before the login",
        operation="cart_merge",
        tag=TAG,
        body=ChoiceInput,
        parameters=[CART_TOKEN],
        answers={200: CartSerializer},
        errors=(404, 409),
        description="Where the store asks; see `asked`. Repeatable: without such lines nothing happens.",
    )
    def post(self, request: Request) -> Response:
        choice = MergeChoice(self.read_body(ChoiceInput)["choice"])
        return answer_cart(carts.answer_merge(cart=self.require_cart(), choice=choice))
