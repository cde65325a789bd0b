"""How documents look."""

from typing import Any

from rest_framework import serializers

from apps.common.api.fields import MoneyField
from apps.common.money import money_json
from apps.invoices.kinds import TITLES, DocumentKind
from apps.invoices.models import Document
from apps.invoices.registered import awaits_registration, einvoice_of, registration_of
from apps.invoices.states import EInvoiceState


class EInvoiceSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=EInvoiceState.choices)
    irn = serializers.CharField(allow_null=True, help_text="The portal's number, 64 hex digits.")
    ack_number = serializers.CharField(allow_null=True)
    ack_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    fault = serializers.CharField(
        required=False, help_text="For staff: what was wrong last; may be empty."
    )


class DocumentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=DocumentKind.choices)
    title = serializers.ChoiceField(choices=list(TITLES.items()))
    number = serializers.CharField(help_text="Consecutive in its series, such as 25-26/00042.")
    issued_on = serializers.DateField()
    invoice_id = serializers.UUIDField(
        allow_null=True, help_text="Of a credit note: the invoice it refers to."
    )
    total = MoneyField()
    tax = MoneyField()
    has_file = serializers.BooleanField(
        help_text="False while it is not registered at the portal of e-invoices: its file follows."
    )
    einvoice = EInvoiceSerializer(
        allow_null=True,
        help_text="India: its registration at the portal, if it has to be registered.",
    )


class DocumentListSerializer(serializers.Serializer[Any]):
    results = DocumentSerializer(many=True)


def present_document(document: Document, *, for_staff: bool = False) -> dict[str, Any]:
    return {
        "id": str(document.pk),
        "kind": document.kind,
        "title": document.title,
        "number": document.number,
        "issued_on": document.issued_on,
        "invoice_id": str(document.invoice_id) if document.invoice_id else None,
        "total": money_json(document.total_minor, document.currency),
        "tax": money_json(document.tax_minor, document.currency),
        "has_file": not awaits_registration(document),
        "einvoice": _present_einvoice(document, for_staff=for_staff),
    }


def _present_einvoice(document: Document, *, for_staff: bool) -> dict[str, Any] | None:
    row, registration = einvoice_of(document), registration_of(document)
    if row is None:
        return None
    return {
        "state": row.state,
        "irn": registration.irn if registration else None,
        "ack_number": registration.ack_number if registration else None,
        "ack_at": registration.ack_at if registration else None,
        "cancelled_at": row.cancelled_at,
        **({"fault": row.fault} if for_staff else {}),
    }
