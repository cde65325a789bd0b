"""The Celery task that asks the portal, started after commits. `tasks.py` shows it to Celery."""

from functools import partial

from celery import shared_task

from apps.invoices.services.registering import send_due_einvoices
from apps.tenancy.coalescing import begin, publish_once
from apps.tenancy.transactions import on_commit_at_home


@shared_task(name="invoices.send_einvoices", ignore_result=True)
def send_einvoices() -> int:
    """Ask the portal of e-invoices about whatever is due."""
    begin(send_einvoices)
    return send_due_einvoices()


def send_soon() -> None:
    """Start the task after the commit. If the broker is down the sweep does it."""
    on_commit_at_home(partial(publish_once, send_einvoices), robust=True)
