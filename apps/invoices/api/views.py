"""Endpoints of an order's invoice and credit notes."""

from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api.schemas import ORDER_TOKEN, documented
from apps.invoices import services as invoices
from apps.invoices.answers import document_answer
from apps.invoices.api.serializers import (
    DocumentListSerializer,
    DocumentSerializer,
    present_document,
)
from apps.invoices.selectors import get_document_of, list_documents_of
from apps.orders.api.base import OrderAccess
from apps.orders.models import Order

TAG = "orders"
SEES = "invoices.view_document"


class _DocumentAccess(OrderAccess):
    def find(self, order_id: UUID) -> Order:
        """As for the order; staff need the right to see invoices, too."""
        if self.actor.is_staff and not self.allows(SEES):
            raise PermissionDenied
        return super().find(order_id)


class DocumentListView(_DocumentAccess):
    needs: ClassVar = {"POST": "invoices.add_document"}

    @documented(
        "The order's invoice and credit notes, oldest first",
        operation="orders_documents",
        tag=TAG,
        parameters=[ORDER_TOKEN],
        answers={200: DocumentListSerializer},
        errors=(403, 404),
        description="For the buyer (login or order token) and for staff. Empty before the invoice is made.",
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        documents = list_documents_of(self.find(order_id))
        for_staff = self.actor.is_staff
        found = [present_document(each, for_staff=for_staff) for each in documents]
        return Response({"results": found})

    @documented(
        "Make the order's invoice",
        operation="orders_invoice",
        tag=TAG,
        answers={201: DocumentSerializer},
        errors=(403, 404, 409),
        description="Repeatable: an order has one invoice, which is answered again.",
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        document = invoices.issue_invoice(order=self.find(order_id), actor=self.actor)
        return Response(present_document(document, for_staff=True), status=201)


class DocumentFileView(_DocumentAccess):
    @documented(
        "The PDF file of an invoice or a credit note",
        operation="orders_document_pdf",
        tag=TAG,
        parameters=[ORDER_TOKEN],
        answers={
            (200, "application/pdf"): OpenApiResponse(
                OpenApiTypes.BINARY, "The same bytes for ever."
            )
        },
        errors=(403, 404, 409),
        description="409 `awaits_registration` while `has_file` is false.",
    )
    def get(self, request: Request, order_id: UUID, document_id: UUID) -> HttpResponse:
        found = get_document_of(order=self.find(order_id), document_id=document_id)
        return document_answer(found)
