"""How documents look."""

from typing import Any

from rest_framework import serializers

from apps.common.api.fields import MoneyField
from apps.common.money import money_json
from apps.invoices.kinds import TITLES, DocumentKind
from apps.invoices.models import Document


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


class DocumentListSerializer(serializers.Serializer[Any]):
    results = DocumentSerializer(many=True)


def present_document(document: Document) -> dict[str, Any]:
    return {
        "id": str(document.pk),
        "kind": document.kind,
        "title": document.title,
        "number": document.number,
        "issued_on": document.issued_on,
        "invoice_id": str(document.invoice_id) if document.invoice_id else None,
        "total": money_json(document.total_minor, document.currency),
        "tax": money_json(document.tax_minor, document.currency),
    }
