"""How tickets look to their buyers."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from apps.common.api.fields import BlockField, IdField, LineField, MomentField
from apps.common.api.pagination import PageQuery
from apps.common.api.serializers import StrictSerializer
from apps.support.limits import MAX_SUBJECT, MAX_TEXT
from apps.support.models import Ticket
from apps.support.selectors import Entry
from apps.support.states import MessageKind, Priority, TicketState


class TicketQuery(PageQuery):
    state = serializers.ChoiceField(choices=TicketState.choices, required=False)


class NewTicketSerializer(StrictSerializer):
    subject = LineField(max_length=MAX_SUBJECT)
    text = BlockField(max_length=MAX_TEXT)
    order_id = IdField(required=False, help_text="An order of yours that this is about.")


class ReplySerializer(StrictSerializer):
    text = BlockField(max_length=MAX_TEXT)


class AttachmentSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")


class TicketMessageSerializer(serializers.Serializer[Any]):
    sequence = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=["buyer", "staff"])
    author = serializers.CharField()
    text = serializers.CharField()
    files = AttachmentSerializer(many=True)
    created_at = MomentField()


class TicketSummarySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.CharField()
    subject = serializers.CharField()
    state = serializers.ChoiceField(choices=TicketState.choices)
    priority = serializers.ChoiceField(choices=Priority.choices)
    order_number = serializers.CharField(allow_null=True)
    created_at = MomentField()
    last_message_at = MomentField()


class TicketSerializer(TicketSummarySerializer):
    satisfaction = serializers.IntegerField(allow_null=True)
    messages = TicketMessageSerializer(many=True)


def present_summary(ticket: Ticket) -> dict[str, Any]:
    return {
        "id": str(ticket.pk),
        "number": ticket.number,
        "subject": ticket.subject,
        "state": ticket.state,
        "priority": ticket.priority,
        "order_number": ticket.order.number if ticket.order else None,
        "created_at": ticket.created_at,
        "last_message_at": ticket.last_message_at,
    }


def present_ticket(ticket: Ticket, conversation: Iterable[Entry]) -> dict[str, Any]:
    """Without events and notes."""
    written = (MessageKind.BUYER, MessageKind.STAFF)
    return {
        **present_summary(ticket),
        "satisfaction": ticket.score,
        "messages": [
            present_message(entry) for entry in conversation if entry.message.kind in written
        ],
    }


def present_message(entry: Entry) -> dict[str, Any]:
    return {
        "sequence": entry.message.sequence,
        "kind": entry.message.kind,
        "author": entry.author,
        "text": entry.text,
        "files": [
            {"name": file.name, "content_type": file.content_type, "size": file.size}
            for file in entry.files
        ],
        "created_at": entry.message.created_at,
    }
