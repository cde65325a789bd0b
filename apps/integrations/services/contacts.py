"""What came of calls to outside systems, for staff to see."""

from typing import Annotated, Any

from apps.common.clock import now
from apps.common.typed_text import Line, cleans_text
from apps.integrations.models import Integration
from apps.integrations.values import Environment
from apps.platform.selectors import get_store
from apps.platform.services import add_to_integration
from apps.tenancy.context import current_store


def note_contact(kind: str, environment: str = Environment.PRODUCTION) -> None:
    """A call worked. One statement."""
    Integration.objects.filter(kind=kind, environment=environment).update(
        last_contact_at=now(), last_error="", last_error_at=None, is_refused=False
    )


@cleans_text
def note_failure(
    *,
    kind: str,
    error: Annotated[str, Line(300)],
    environment: str = Environment.PRODUCTION,
    is_refused: bool = False,
) -> None:
    """A call failed; `error` is shown to staff. `is_refused`: because of the credentials, which staff hear of by mail. One
    statement."""
    refused = {"is_refused": True} if is_refused else {}
    Integration.objects.filter(kind=kind, environment=environment).update(
        last_error=error, last_error_at=now(), **refused
    )


def remember(
    *, kind: str, values: dict[str, Any], environment: str = Environment.PRODUCTION
) -> None:
    """Keep what the system gave us (a token, a registration) beside the credentials, sealed. `get_config` has it; a new
    save of the form keeps it."""
    add_to_integration(
        store=get_store(current_store().id), kind=kind, environment=environment, values=values
    )
