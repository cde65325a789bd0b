"""A message of the inbox becomes documents, and in production what the kind makes of it."""

from django.utils.translation import gettext

from apps.inbox.models import InboxMessage
from apps.integrations.installed import document_of, get_kind
from apps.integrations.reading import read_payload, reading
from apps.integrations.services.writing import write_order
from apps.integrations.values import Delivery, Environment
from apps.tenancy.documents.development import confined_to_development


def handle_message(*, message: InboxMessage, kind: str, environment: str) -> str:
    """Repeatable, in any order. Returns what came of it, for staff.

    Of the development environment only the development documents are written: within the block every other command is
    refused, whatever the kind does.
    """
    if environment == Environment.PRODUCTION:
        return _handle(message, kind, environment)
    with confined_to_development():
        return _handle(message, kind, environment)


def _handle(message: InboxMessage, kind: str, environment: str) -> str:
    system = get_kind(kind)
    payload = read_payload(message.content)
    with reading():
        facts = list(system.read_orders(message.topic, payload))
    document = document_of(kind, environment)
    newest = [
        each
        for each in facts
        if write_order(
            document=document,
            facts=each,
            message_id=str(message.pk),
            received_at=message.received_at,
        )
    ]
    said = []
    if facts:
        said.append(
            gettext("%(new)s of %(all)s documents written, the others are newer.")
            % {"new": len(newest), "all": len(facts)}
            if len(newest) < len(facts)
            else gettext("%(new)s documents written.") % {"new": len(newest)}
        )
    if environment == Environment.PRODUCTION:
        delivery = Delivery(
            topic=message.topic,
            payload=payload,
            message_id=str(message.pk),
            received_at=message.received_at,
            facts=facts,
            newest=newest,
        )
        said.append(system.apply(delivery))
    return " ".join(filter(None, said)) or gettext("Nothing was to be done.")
