"""Placing an order from a cart."""

from contextlib import nullcontext
from typing import Any
from urllib.parse import urljoin

from rest_framework.request import Request
from rest_framework.response import Response

from apps.carts.api.base import CartAccess
from apps.carts.documents import Cart
from apps.checkout import selectors
from apps.checkout import services as checkout
from apps.checkout.api.examples import GUEST_ORDER
from apps.checkout.api.serializers import (
    OptionsQuery,
    OptionsSerializer,
    PlacedOrderSerializer,
    PlaceOrderInput,
    to_details,
)
from apps.checkout.buyers import read_buyer
from apps.checkout.services import PlacedOrder
from apps.common.addresses import FIELDS, find_country
from apps.common.api.schemas import CART_TOKEN, documented
from apps.common.api.throttles import client_address
from apps.common.money import money_json
from apps.events.api.idempotency import HEADER, repeatable
from apps.giftcards.attempts import counted_codes
from apps.orders.api.serializers import present_order_summary
from apps.orders.api.views import OrderListView
from apps.platform.selectors import current_url
from apps.pricing.selectors import ShippingOption
from apps.tenancy.context import current_store

TAG = "orders"


class CheckoutOptionsView(CartAccess):
    @documented(
        "What the cart costs, and how it can be sent and paid",
        operation="checkout_options",
        tag="checkout",
        parameters=[OptionsQuery, CART_TOKEN],
        answers={200: OptionsSerializer},
        errors=(404, 409),
    )
    def get(self, request: Request) -> Response:
        query = self.read_query(OptionsQuery)
        tax_number, billing = query.pop("tax_number"), query.pop("billing_country")
        country = find_country(query["country"]) or ""
        buyer = read_buyer(
            tax_number,
            country=country,
            billing_country=find_country(billing) or country,
            billing_region="" if billing else query["region"],
        )
        options = selectors.list_checkout_options(self.require_cart(), **query, buyer=buyer)
        return Response(
            {
                "shipping_methods": [_shipping(option) for option in options.shipping_options],
                "refused_shipping_methods": [
                    {"code": each.method.code, "name": each.method.name, "reason": each.reason}
                    for each in options.refused_shipping
                ],
                "payment_methods": [
                    {
                        "code": method.code,
                        "label": method.label,
                        "description": method.description,
                        "is_test": method.is_test or method.is_test_mode,
                        "fee": money_json(method.fee_minor, current_store().currency),
                    }
                    for method in options.payment_methods
                ],
                "refused_payment_methods": [
                    {"code": each.method.code, "label": each.method.label, "reason": each.reason}
                    for each in options.refused
                ],
                "payment_method": options.paid_by,
                "needs_payment": options.needs_payment,
                "needs_shipping": options.needs_shipping,
                "address_fields": [name for name in FIELDS if name in options.needed_fields],
                "shipping_method": options.chosen,
                "totals": options.quote.summary() if options.quote else None,
                "countries": None if options.countries is None else sorted(options.countries),
                "problem": options.problem,
            }
        )


class OrdersView(OrderListView, CartAccess):
    """`orders`: the list is of `orders`, placing one needs everything below checkout."""

    @documented(
        "Place the order of a cart",
        operation="orders_create",
        tag=TAG,
        body=PlaceOrderInput,
        examples=[GUEST_ORDER],
        parameters=[CART_TOKEN],
        answers={201: PlacedOrderSerializer},
        errors=(404, 409),
        idempotent=True,
        description=(
            "Send an `Idempotency-Key`: a request that is repeated after a lost answer gets the first one's order. "
            "Then open `next_url` to pay."
        ),
    )
    @repeatable
    def post(self, request: Request) -> Response:
        values = self.read_body(PlaceOrderInput)
        email = self.user.email if self.user is not None else ""
        details = to_details(values, email=email, currency=current_store().currency)
        with counted_codes(client_address(request)) if details.gift_cards else nullcontext():
            placed = checkout.place_order(
                cart=self._cart_to_order(),
                details=details,
                actor=self.actor,
                idempotency_key=request.headers.get(HEADER, ""),
            )
        return Response(self._present(placed), status=201)

    def _cart_to_order(self) -> Cart:
        """A cart that was ordered a moment ago counts: a repeated request is answered with its order."""
        customer_ref = str(self.user.pk) if self.user is not None else None
        return (
            self.cart_or_none()
            or selectors.get_ordered_cart(self.cart_token, customer_ref)
            or self.require_cart()
        )

    def _present(self, placed: PlacedOrder) -> dict[str, Any]:
        url = placed.next_url
        return {
            **present_order_summary(placed.order),
            "access_token": placed.order.access_token,
            "payment_id": str(placed.payment.pk) if placed.payment else None,
            "next_url": urljoin(current_url(), url) if url else None,
        }


def _shipping(option: ShippingOption) -> dict[str, Any]:
    expected, spot = option.expected, option.spot
    return {
        "code": option.code,
        "name": option.name,
        "price": money_json(option.amount_minor, option.currency),
        "days_min": option.method.estimate_days_min,
        "days_max": option.method.estimate_days_max,
        "earliest": expected.earliest if expected else None,
        "latest": expected.latest if expected else None,
        "pickup_place": {
            "code": spot.code,
            "name": spot.name,
            "hours": spot.hours,
            "address": spot.address,
        }
        if spot
        else None,
    }
