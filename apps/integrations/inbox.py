"""The sources of the inbox: every outside system in every environment."""

from functools import partial

from django.utils.functional import lazy

from apps.inbox.models import InboxMessage
from apps.inbox.sources import Source, receives
from apps.integrations.installed import integration_label, list_choices
from apps.integrations.selectors import find_integration
from apps.integrations.services import handle_message
from apps.integrations.values import code_of
from apps.tenancy.context import current_store

_label = lazy(integration_label, str)


def _handle(kind: str, environment: str, message: InboxMessage) -> str:
    return handle_message(message=message, kind=kind, environment=environment)


def _is_paused(kind: str, environment: str) -> bool:
    """One that was removed meanwhile is not paused: what it sent is handled. A sandbox handles nothing."""
    if current_store().is_sandbox:
        return True
    integration = find_integration(kind, environment)
    return integration is not None and not integration.is_active


for _kind, _environment in list_choices():
    receives(
        Source(
            code=code_of(_kind.code, _environment),
            label=_label(_kind.code, _environment),
            handle=partial(_handle, _kind.code, _environment),
            is_paused=partial(_is_paused, _kind.code, _environment),
        )
    )
