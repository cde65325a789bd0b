"""Asking for a back-in-stock notice by REST, for storefronts of partners."""

from typing import Any

from django.utils.translation import get_language
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.base import ActorView
from apps.catalog.selectors import read_lines
from apps.common.api.fields import CodeField
from apps.common.api.schemas import documented
from apps.common.api.serializers import StrictSerializer
from apps.common.api.throttles import WindowThrottle
from apps.inventory import services as inventory
from apps.inventory.errors import NoticeNotPossible
from apps.tenancy.context import current_store

TAG = "products"


class NoticeThrottle(WindowThrottle):
    scope = "notice"


class NoticeInput(StrictSerializer):
    variant_id = CodeField(max_length=36)
    email = CodeField(max_length=254)


class NoticeAnswer(serializers.Serializer[Any]):
    status = serializers.CharField(help_text="`asked`: a mail asks whether it is meant.")


class StockNoticesView(ActorView):
    throttle_classes = (*ActorView.throttle_classes, NoticeThrottle)

    @documented(
        "Ask for a mail when a sold-out variant is back",
        operation="stock_notices_ask",
        tag=TAG,
        body=NoticeInput,
        answers={202: NoticeAnswer},
        errors=(409, 429),
        description="The answer is the same whether the address has asked before or not.",
    )
    def post(self, request: Request) -> Response:
        values = self.read_body(NoticeInput)
        line = read_lines([values["variant_id"]], current_store().currency).get(
            values["variant_id"]
        )
        if line is None or not line.is_saleable or line.is_digital:
            raise NoticeNotPossible
        inventory.ask_for_notice(
            variant_ref=line.variant_ref,
            title=line.full_title,
            page=f"/product/{line.slug}/?variant={line.variant_ref}",
            email=values["email"],
            language=get_language() or "",
        )
        return Response({"status": "asked"}, status=202)
