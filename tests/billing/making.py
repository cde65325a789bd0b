"""A seller, a store on a paid plan, and the clock."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.management import call_command
from django.db import connections
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.billing import services
from apps.billing.models import Invoice, Seller
from apps.billing.selectors import find_subscription
from apps.common.clock import moved_to
from apps.common.origin import from_command, use_origin
from apps.notifications.models import SentMail
from apps.platform.models import Plan, Store, Subscription
from apps.tenancy.context import outside_store, system_scope
from tests.support.acting import seeing_all

GSTIN = "29AAGCB7383J1Z4"


def make_seller(**values: Any) -> Seller:
    """In Karnataka, as the stores of the tests are."""
    known = {"legal_name": "Polystore Pvt Ltd", "country": "IN", "region": "KA"}
    bank = {"bank_details": "HDFC 5010 0000 1234, HDFC0000001", "tax_number": GSTIN}
    return Seller.objects.create(**{**known, **bank, **values})


def plan(code: str) -> Plan:
    return Plan.objects.get(code=code)


def subscribe(store: Store, code: str, *, at: datetime, interval: str = "") -> Subscription:
    """On a paid plan since that moment, its first invoice issued."""
    with moved_to(at):
        services.change_plan(store=store, plan=plan(code), interval=interval)
    return current(store)


def current(store: Store) -> Subscription:
    found = find_subscription(store.pk)
    assert found is not None
    return found


def run_at(moment: datetime) -> int:
    """What the clock does at that moment."""
    with outside_store(), system_scope("billing"), moved_to(moment):
        return services.take_due_steps()


def invoices(store: Store) -> list[Invoice]:
    return list(Invoice.objects.filter(store=store).order_by("series__prefix", "sequence"))


def pay(invoice: Invoice, *, at: datetime, reference: str = "UTR1") -> Invoice:
    with moved_to(at):
        return services.mark_paid(invoice=invoice, reference=reference)


@contextmanager
def counting() -> Iterator[CaptureQueriesContext]:
    """The statements in the master database."""
    with CaptureQueriesContext(connections["platform"]) as asked:
        yield asked


def make_owner(store: Any) -> User:
    with seeing_all(store):
        return User.objects.create_user("boss@alpha.example", is_staff=True, role=Role.OWNER)


def mails_of(store: Any, template: str) -> list[SentMail]:
    """What was written to people of the store."""
    with seeing_all(store):
        return list(SentMail.objects.filter(template=template).order_by("created_at", "id"))


def run(name: str, *arguments: str) -> str:
    """As it is typed: the log names the command."""
    out = io.StringIO()
    with use_origin(lambda: from_command(name)):
        call_command(name, *arguments, stdout=out)
    return out.getvalue()
