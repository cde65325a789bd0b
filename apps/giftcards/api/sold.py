"""Gift cards that were bought with an order: when they are sent, and sending them again. No code is in an answer."""

from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api.fields import MomentField, MoneyField
from apps.common.api.schemas import ORDER_TOKEN, documented
from apps.common.money import money_json
from apps.events.api.idempotency import repeatable
from apps.giftcards import services as giftcards
from apps.giftcards.models import GiftCard
from apps.giftcards.selectors import get_sold, list_sold
from apps.orders.api.base import OrderAccess
from apps.orders.models import Order
from apps.tenancy.context import system_scope

TAG = "orders"
SEES = "giftcards.view_giftcard"
CHANGES = "giftcards.change_giftcard"


class SoldCardSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    amount = MoneyField()
    recipient_name = serializers.CharField()
    recipient_email = serializers.CharField()
    deliver_on = serializers.DateField()
    sent_at = MomentField(allow_null=True)
    is_closed = serializers.BooleanField()


class SoldCardListSerializer(serializers.Serializer[Any]):
    results = SoldCardSerializer(many=True)


class _SoldAccess(OrderAccess):
    def find(self, order_id: UUID) -> Order:
        """As for the order; staff need a right of gift cards, too."""
        if self.actor.is_staff and not self.allows(self.right):
            raise PermissionDenied
        return super().find(order_id)

    right: ClassVar = SEES


class SoldCardListView(_SoldAccess):
    @documented(
        "The gift cards that were bought with the order",
        operation="orders_gift_cards",
        tag=TAG,
        parameters=[ORDER_TOKEN],
        answers={200: SoldCardListSerializer},
        errors=(403, 404),
        description="For the buyer (login or order token) and for staff. Empty before the order is paid.",
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        return Response({"results": [_present(each) for each in list_sold(self.find(order_id))]})


class SoldCardMailView(_SoldAccess):
    right: ClassVar = CHANGES

    @documented(
        "Send a bought gift card again",
        operation="orders_gift_card_send",
        tag=TAG,
        parameters=[ORDER_TOKEN],
        answers={200: SoldCardSerializer},
        errors=(403, 404, 409),
        idempotent=True,
        description="To the same address, with another code: the first is void. Not for a card that was spent from.",
    )
    @repeatable
    def post(self, request: Request, order_id: UUID, card_id: UUID) -> Response:
        card = get_sold(self.find(order_id), card_id)
        with system_scope("gift_card"):
            giftcards.resend_card(card=card, actor=self.actor)
        return Response(_present(card))


def _present(card: GiftCard) -> dict[str, Any]:
    return {
        "id": str(card.pk),
        "amount": money_json(card.initial_minor, card.currency),
        "recipient_name": card.recipient_name,
        "recipient_email": card.recipient_email,
        "deliver_on": card.deliver_on,
        "sent_at": card.sent_at,
        "is_closed": card.disabled_at is not None,
    }
