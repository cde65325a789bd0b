"""Requests and answers. Fields are written in camel case, as in all of the platform's API."""

from typing import Any

from rest_framework import serializers

from apps.common.api.fields import BlockField, CodeField
from apps.common.api.serializers import StrictSerializer
from apps.platform.models import StoreDeletion


class ReasonInput(StrictSerializer):
    """Why; its owners read it in the mail they get, and it stays in the audit log."""

    reason = BlockField(max_length=500, default="", allow_blank=True)


class NeededReasonInput(StrictSerializer):
    """Why; the store's staff read it in place of their pages, its owners in a mail."""

    reason = BlockField(max_length=500)


class ConfirmInput(StrictSerializer):
    typed = CodeField(
        max_length=40,
        default="",
        allow_blank=True,
        help_text="The store's short name. Without it the store is deleted only when `dueAt` is over.",
    )


class DeletionAnswer(serializers.Serializer[Any]):
    requestedBy = serializers.CharField()
    requestedAt = serializers.DateTimeField()
    dueAt = serializers.DateTimeField(help_text="From then on no typed name is needed.")
    exportedAt = serializers.DateTimeField(allow_null=True, help_text="Null: not written yet.")
    exportRows = serializers.IntegerField(help_text="Rows and documents in the archive.")
    confirmedBy = serializers.CharField(help_text="Empty: not confirmed.")
    progress = serializers.IntegerField(min_value=0, max_value=100)
    message = serializers.CharField()
    error = serializers.CharField()


def present_deletion(deletion: StoreDeletion) -> dict[str, Any]:
    """How far it is. `error` is a sentence for people, "" while all is well. The path of the archive is the operator's."""
    return {
        "requestedBy": deletion.requested_by,
        "requestedAt": deletion.requested_at,
        "dueAt": deletion.due_at,
        "exportedAt": deletion.exported_at,
        "exportRows": deletion.export_rows,
        "confirmedBy": deletion.confirmed_by,
        "progress": deletion.progress,
        "message": deletion.shown_message,
        "error": deletion.error,
    }
