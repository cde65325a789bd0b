"""Thin wrappers around services, run by Celery inside the store that published them."""

from functools import partial
from typing import cast

from celery import shared_task
from django.conf import settings
from django.db import transaction

from apps.gateways import services as gateways
from apps.gateways import test_bank
from apps.gateways.models import GatewayEvent
from apps.payments import services
from apps.tenancy.coalescing import begin, publish_once
from apps.tenancy.tasks import StoreTask
from apps.tenancy.transactions import on_commit_at_home


@shared_task(name="payments.handle_new_events", ignore_result=True)
def handle_new_events() -> int:
    """Handle the events of the store's inbox that nothing has tried."""
    begin(handle_new_events)
    return services.handle_new_events()


@shared_task(name="payments.deliver_test_event")
def deliver_test_event(charge_ref: str, settle: bool = False) -> None:
    """The test bank's messenger: sends the charge's event, signed, through the door a real gateway uses."""
    if settle:
        test_bank.settle_later(charge_ref)
    body, headers = test_bank.build_event(test_bank.get_charge(charge_ref))
    handle_soon(gateways.receive_event(gateway_code="test", body=body, headers=headers))


def handle_soon(event: GatewayEvent) -> None:
    """Start the task of new events after the commit. If the broker is down the sweeper does it."""
    if event.attempts == 0:
        on_commit_at_home(partial(publish_once, handle_new_events), robust=True)


def send_test_event(charge_ref: str, *, later: bool) -> None:
    """Start the messenger after the commit; for "pay later", some seconds after that."""
    if not later:
        cast(StoreTask, deliver_test_event).delay_on_commit(charge_ref)
        return
    send = partial(
        deliver_test_event.apply_async,
        (charge_ref, True),
        countdown=settings.PAYMENTS_TEST_LATER_SECONDS,
    )
    transaction.on_commit(send, robust=True)
