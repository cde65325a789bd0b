"""Orders that partners prepare: a draft with its prices, and the link by which the buyer pays it."""

from typing import Any, ClassVar
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.base import ActorView
from apps.accounts.api.serializers import PostalAddressInput
from apps.checkout import services as checkout
from apps.checkout.api.serializers import TotalsSerializer
from apps.checkout.drafts import get_draft
from apps.checkout.models import DraftOrder
from apps.checkout.selectors import Quote
from apps.checkout.states import DraftState
from apps.common.api.fields import (
    BlockField,
    CodeField,
    EmailField,
    LineField,
    MomentField,
    MoneyField,
    WholeField,
)
from apps.common.api.schemas import documented
from apps.common.api.serializers import StrictSerializer
from apps.common.errors import DomainError, InvalidInput
from apps.common.money import Money, to_minor
from apps.events.api.idempotency import repeatable
from apps.platform.selectors import current_url
from apps.tenancy.context import current_store

TAG = "orders"


class DraftLineBody(StrictSerializer):
    """Without `price` it costs what the shop charges when the link is made."""

    variant_id = CodeField(max_length=36)
    quantity = WholeField(min_value=1, max_value=checkout.MOST_PIECES)
    price = MoneyField(required=False, help_text="For one piece, with a `price_reason`.")
    price_reason = LineField(max_length=200, default="", allow_blank=True)


class DraftBody(StrictSerializer):
    """`valid_days` makes the link and mails it to the buyer; without it the draft is saved only."""

    email = EmailField(max_length=254)
    phone = CodeField(max_length=60, default="", allow_blank=True)
    company = LineField(max_length=120, default="", allow_blank=True)
    tax_number = CodeField(max_length=40, default="", allow_blank=True)
    shipping_address = PostalAddressInput()
    shipping_method = CodeField(max_length=40, default="", allow_blank=True)
    shipping_price = MoneyField(required=False)
    discount = MoneyField(required=False)
    discount_reason = LineField(max_length=200, default="", allow_blank=True)
    codes = serializers.ListField(
        child=CodeField(max_length=40), default=list, max_length=checkout.MOST_CODES
    )
    note = BlockField(max_length=1000, default="", allow_blank=True)
    lines = serializers.ListField(child=DraftLineBody(), allow_empty=False, max_length=50)
    valid_days = WholeField(required=False, min_value=1, max_value=checkout.MOST_DAYS)


class DraftProblemSerializer(serializers.Serializer[Any]):
    """Why it can't be quoted or ordered now."""

    code = serializers.CharField(help_text="As an error of the API has it.")
    message = serializers.CharField()


class DraftAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.CharField()
    state = serializers.ChoiceField(choices=DraftState.choices)
    version = serializers.IntegerField()
    payment_url = serializers.CharField(help_text="Empty while it is not sent, or after its end.")
    expires_at = MomentField(allow_null=True)
    order_id = serializers.UUIDField(allow_null=True)
    totals = TotalsSerializer(
        allow_null=True, help_text="null once it is ordered, or with a `problem`."
    )
    problem = DraftProblemSerializer(allow_null=True)


class DraftListView(ActorView):
    needs: ClassVar = {"POST": "checkout.add_draftorder"}

    @documented(
        "Prepare an order, and get its link to pay",
        operation="draft_orders_create",
        tag=TAG,
        body=DraftBody,
        answers={201: DraftAnswer},
        errors=(403, 404, 409),
        idempotent=True,
        description=(
            "Prices of your own and discounts need a reason and the right to refund. The buyer pays what the link says "
            "until it ends. After a refusal no draft is left."
        ),
    )
    @repeatable
    def post(self, request: Request) -> Response:
        values = self.read_body(DraftBody)
        data = _input_of(values)
        if data.is_bargain and not self.allows("payments.add_refund"):
            raise PermissionDenied(gettext("You are not allowed to give discounts."))
        draft, quote = checkout.prepare_draft(
            data=data, days=values.get("valid_days"), actor=self.actor
        )
        return Response(_present(draft, quote), status=201)


class DraftView(ActorView):
    needs: ClassVar = {"GET": "checkout.view_draftorder"}

    @documented(
        "A prepared order",
        operation="draft_orders_read",
        tag=TAG,
        answers={200: DraftAnswer},
        errors=(403, 404),
        description=(
            "With what it costs now. Where that can't be said (a product is gone, no way of shipping takes it), `problem` "
            "says why."
        ),
    )
    def get(self, request: Request, draft_id: UUID) -> Response:
        draft = get_draft(draft_id)
        if draft.state == DraftState.PLACED:
            return Response(_present(draft, None))
        try:
            quote = checkout.quote_draft(draft)
        except DomainError as error:
            return Response(_present(draft, None, error))
        return Response(_present(draft, quote))


def _input_of(values: dict[str, Any]) -> checkout.DraftInput:
    return checkout.DraftInput(
        email=values["email"],
        phone=values["phone"],
        company=values["company"],
        tax_number=values["tax_number"],
        shipping_address=values["shipping_address"],
        shipping_method=values["shipping_method"],
        shipping_minor=_minor(values.get("shipping_price"), "shipping_price"),
        discount_minor=_minor(values.get("discount"), "discount") or 0,
        discount_reason=values["discount_reason"],
        codes=values["codes"],
        note=values["note"],
        lines=[
            checkout.DraftLineInput(
                each["variant_id"],
                each["quantity"],
                _minor(each.get("price"), "lines.price"),
                each["price_reason"],
            )
            for each in values["lines"]
        ],
    )


def _minor(amount: Money | None, field: str) -> int | None:
    if amount is None:
        return None
    own = current_store().currency
    if amount.currency.code != own:
        raise InvalidInput(fields={field: [f"This store sells in {own}."]})
    return to_minor(amount)


def _present(
    draft: DraftOrder, quote: Quote | None, problem: DomainError | None = None
) -> dict[str, Any]:
    page = reverse("storefront:draft", args=[draft.access_token], urlconf=settings.STORE_URLCONF)
    return {
        "id": str(draft.pk),
        "number": draft.number,
        "state": draft.state,
        "version": draft.version,
        "payment_url": urljoin(current_url(), page) if draft.is_payable else "",
        "expires_at": draft.expires_at,
        "order_id": str(draft.order_ref) if draft.order_ref else None,
        "totals": quote.summary() if quote is not None else None,
        "problem": {"code": problem.code, "message": _words(problem)} if problem else None,
    }


def _words(error: DomainError) -> str:
    """With what it says of single fields."""
    return " ".join([str(error), *(text for texts in error.fields.values() for text in texts)])
