"""Thin wrappers around services, run by Celery inside the store that published them."""

from functools import partial
from typing import cast

from celery import shared_task
from django.conf import settings
from django.db import transaction

from apps.gateways import services as gateways
from apps.gateways import test_bank
from apps.inbox.tasks import start_handling
from apps.tenancy.tasks import StoreTask


@shared_task(name="payments.deliver_test_event")
def deliver_test_event(charge_ref: str, settle: bool = False) -> None:
    """The test bank's messenger: sends the charge's event, signed, through the door a real gateway uses."""
    if settle:
        test_bank.settle_later(charge_ref)
    body, headers = test_bank.build_event(test_bank.get_charge(charge_ref))
    start_handling(gateways.receive_event(gateway_code="test", body=body, headers=headers))


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
