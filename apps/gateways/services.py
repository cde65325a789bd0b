"""Events of gateways, as the inbox keeps them: verified, stored as they came, answered, and only then handled."""

from collections.abc import Mapping

from apps.gateways.errors import MalformedEvent
from apps.gateways.installed import get_gateway
from apps.inbox import services as inbox
from apps.inbox.headers import without_secrets
from apps.inbox.models import InboxMessage


def receive_event(*, gateway_code: str, body: bytes, headers: Mapping[str, str]) -> InboxMessage:
    """Verify the raw bytes and keep them; they are evidence and do not expire. A delivery that came before is answered
    like the first.

    Its `subject` is the reference of the charge. Raises `InvalidSignature` or `MalformedEvent`. The event is handled
    later, by a task: see `start_handling`.
    """
    incoming = get_gateway(gateway_code).verify(body=body, headers=headers)
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise MalformedEvent() from error
    return inbox.receive(
        source=gateway_code,
        topic=incoming.kind,
        key=incoming.event_id,
        subject=incoming.charge_ref,
        body=body,
        headers=without_secrets(headers),
        expires=False,
    )
