"""What is left on a gift card, and a customer's own store credit."""

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.base import LOGIN, ActorView
from apps.common.api.schemas import documented
from apps.common.api.throttles import client_address
from apps.common.money import money_json
from apps.giftcards.api.serializers import (
    BalanceInput,
    BalanceSerializer,
    StoreCreditSerializer,
)
from apps.giftcards.attempts import counted_codes
from apps.giftcards.selectors import find_card, get_credit_of, list_credit_entries
from apps.tenancy.context import current_store

TAG = "gift cards"


class BalanceView(ActorView):
    @documented(
        "What is left on a gift card",
        operation="gift_cards_balance",
        tag=TAG,
        body=BalanceInput,
        answers={200: BalanceSerializer},
        errors=(429,),
        description=(
            "A code that is unknown, disabled or expired gets the same answer; one with nothing left is `gift_card_used_up`. "
            "Both are counted as wrong codes."
        ),
    )
    def post(self, request: Request) -> Response:
        code = self.read_body(BalanceInput)["code"]
        with counted_codes(client_address(request)):
            card = find_card(code)
        return Response(
            {
                "last_four": card.last_four,
                "balance": money_json(card.balance_minor, card.currency),
                "expires_on": card.expires_on,
            }
        )


class StoreCreditView(ActorView):
    needs: ClassVar = {"GET": LOGIN}

    @documented(
        "Your store credit",
        operation="users_store_credit",
        tag=TAG,
        answers={200: StoreCreditSerializer},
    )
    def get(self, request: Request) -> Response:
        credit = get_credit_of(self.person.pk)
        currency = credit.currency if credit is not None else current_store().currency
        return Response(
            {
                "balance": money_json(credit.balance_minor if credit else 0, currency),
                "entries": [
                    {
                        "kind": entry.kind,
                        "amount": money_json(entry.amount_minor, currency),
                        "reason": entry.reason,
                        "order_number": entry.order_number,
                        "created_at": entry.created_at,
                    }
                    for entry in list_credit_entries(credit)
                ],
            }
        )
