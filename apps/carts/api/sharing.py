"""Links to the content of a cart."""

from django.conf import settings
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from apps.carts import services as carts
from apps.carts.api.base import CartAccess
from apps.carts.api.serializers import (
    CartSerializer,
    SharedSerializer,
    ShareInput,
    ShareSerializer,
    present_preview,
)
from apps.carts.api.views import TAG, answer_cart
from apps.carts.sharing import make_share_token, pieces_of, preview, read_share_token
from apps.common.api.schemas import CART_TOKEN, documented
from apps.events.api.idempotency import repeatable
from apps.platform.selectors import current_url


class CartShareView(CartAccess):
    @documented(
        "Make a link to what is in the cart",
        operation="cart_share",
        tag=TAG,
        body=ShareInput,
        parameters=[CART_TOKEN],
        answers={200: ShareSerializer},
        errors=(403, 404),
        description=(
            "The link holds variants and quantities, signed by the store, and no person and no price. Nothing is stored."
        ),
    )
    def post(self, request: Request) -> Response:
        days = self.read_body(ShareInput)["days"]
        token = make_share_token(pieces_of(self.require_cart()), days=days)
        page = reverse("storefront:cart_shared", args=[token], urlconf=settings.STORE_URLCONF)
        return Response({"token": token, "url": current_url(page)})


class CartSharedView(CartAccess):
    @documented(
        "What a link to a cart holds, as the sender would pay for it today",
        operation="cart_shared_read",
        tag=TAG,
        answers={200: SharedSerializer},
        errors=(404,),
    )
    def get(self, request: Request, token: str) -> Response:
        customer_ref = str(self.user.pk) if self.user is not None else None
        found = preview(read_share_token(token), customer_ref=customer_ref)
        return Response(present_preview(found))

    @documented(
        "Add what a link holds to the cart",
        operation="cart_shared_add",
        tag=TAG,
        parameters=[CART_TOKEN],
        answers={200: CartSerializer},
        errors=(404, 409),
        idempotent=True,
        description=(
            "As many pieces as are available. Repeatable: a product that is in both has the larger quantity afterwards."
        ),
    )
    @repeatable
    def post(self, request: Request, token: str) -> Response:
        pieces = read_share_token(token).pieces
        return answer_cart(carts.refill(cart=self.cart_or_new(), wanted=pieces))
