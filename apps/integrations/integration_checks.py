"""What is wrong with the systems that a store is connected to, as far as every one of them has it."""

from collections.abc import Iterator

from django.utils.translation import gettext

from apps.inbox.selectors import last_received_by_source
from apps.integrations.checking import Limits, Trouble, integration_check
from apps.integrations.models import Integration
from apps.integrations.selectors import list_secrets, read_saved
from apps.integrations.silence import Silence
from apps.integrations.webhooks import count_refusals
from apps.tenancy.context import current_store


@integration_check
def check_connections(limits: Limits) -> Iterator[Trouble]:
    """A wrong secret may come from any scanner on the internet, so that it is no fault of the shop; where the system itself
    has a wrong one, the silence says so. Paused, without credentials, with an error, silent although orders are open. Nothing of a sandbox, which calls no
    system."""
    rows = [] if current_store().is_sandbox else list(Integration.objects.order_by("kind"))
    if not rows:
        return
    silence = Silence(last_received_by_source(), limits)
    for row in rows:
        if not row.is_active:
            yield Trouble(row.code, "paused", gettext("Paused: nothing is sent, what comes waits."), is_bad=False)  # fmt: skip
            continue
        yield from _setup_of(row)
        if row.last_error:
            yield Trouble(row.code, "error", row.last_error, since=row.last_error_at)
        if refused := count_refusals(row.code):
            yield Trouble(
                row.code,
                "refused",
                gettext("Webhooks without the right secret today."),
                count=refused,
                is_bad=False,
            )
        if silence.covers(row):
            words = gettext("Nothing was heard, though orders are open.")
            yield Trouble(row.code, "unheard", words, since=silence.last_heard(row))


def _setup_of(row: Integration) -> Iterator[Trouble]:
    if not read_saved(row):
        yield Trouble(row.code, "incomplete", gettext("The credentials are not entered."))
    elif not list_secrets(row):
        yield Trouble(row.code, "incomplete", gettext("There is no secret for its webhooks."))
