"""A gift card as a file to print, for people who know its code."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework.request import Request

from apps.accounts.api.base import ActorView
from apps.common.api.schemas import documented
from apps.common.api.throttles import client_address
from apps.giftcards.api.serializers import BalanceInput
from apps.giftcards.api.views import TAG
from apps.giftcards.attempts import counted_codes
from apps.invoices import services as invoices
from apps.invoices.answers import pdf_answer


class GiftCardFileView(ActorView):
    @documented(
        "A gift card as a PDF file to print",
        operation="gift_cards_print",
        tag=TAG,
        body=BalanceInput,
        answers={
            (200, "application/pdf"): OpenApiResponse(
                OpenApiTypes.BINARY, "Its code, what is on it now, and what its giver wrote."
            )
        },
        errors=(429,),
        description="Codes are checked and counted as for the balance. The file is kept nowhere.",
    )
    def post(self, request: Request) -> HttpResponse:
        code = self.read_body(BalanceInput)["code"]
        with counted_codes(client_address(request)):
            content = invoices.print_gift_card(code=code)
        return pdf_answer(content, "gift-card.pdf")
