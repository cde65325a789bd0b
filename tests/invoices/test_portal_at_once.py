"""Several workers, several people and dying processes at the portal of e-invoices: each document is registered and cancelled once."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from apps.common.clock import now
from apps.invoices import services as invoices
from apps.invoices.kinds import Registers
from apps.invoices.models import Document, EInvoice, InvoiceSettings, Registration
from apps.invoices.states import EInvoiceState
from tests.invoices.business import register_seller, sell
from tests.invoices.shop import GSTIN
from tests.support.acting import STAFF, seeing_all
from tests.support.irp_server import IrpServer, irp_server
from tests.support.killing import deaths_of, kill_at
from tests.support.threads import fails, run_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.matrix]
_APP = Path(django_settings.BASE_DIR) / "apps/invoices"
WATCHED = tuple(str(_APP / name) for name in ("services/registering", "portal/nic"))


@pytest.fixture
def portal(throwaway_store: Any) -> Iterator[IrpServer]:
    with irp_server(GSTIN) as server, seeing_all(throwaway_store):
        register_seller()
        InvoiceSettings.objects.update(registers=Registers.BUSINESSES)
        invoices.save_portal_keys(keys=server.keys)
        yield server


def sold(many: int) -> list[Document]:
    documents = [sell(on=None) for _ in range(many)]
    EInvoice.objects.update(due_at=now())
    return documents


def states() -> set[str]:
    return set(EInvoice.objects.values_list("state", flat=True))


def test_many_workers_and_two_people(throwaway_store: Any, portal: IrpServer) -> None:
    first, *_rest = documents = sold(6)
    assert not fails(run_at_once(throwaway_store, [invoices.send_due_einvoices] * 4))
    assert states() == {EInvoiceState.REGISTERED}
    assert portal.calls.count("register") == len(documents) == len(portal.kept)

    def press(reason: str) -> Callable[[], Any]:
        document = Document.objects.select_related("order").get(pk=first.pk)
        return partial(invoices.cancel_einvoice, document=document, reason=reason, actor=STAFF)

    answers = run_at_once(throwaway_store, [press("1"), press("2")])
    assert not fails(answers)
    assert len({row.cancel_reason for row in answers}) == 1, "the first one's reason counts"
    run_at_once(throwaway_store, [invoices.send_due_einvoices] * 3)
    assert EInvoice.objects.get(document=first).state == EInvoiceState.CANCELLED
    assert portal.calls.count("cancel") == 1


def test_a_worker_that_dies_anywhere_registers_and_cancels_once(
    throwaway_store: Any, portal: IrpServer
) -> None:
    """After its lease another one finds what the portal has."""

    def work() -> None:
        with seeing_all(throwaway_store):
            invoices.send_due_einvoices()

    def pick_up() -> None:
        EInvoice.objects.filter(due_at__isnull=False).update(due_at=now())
        invoices.send_due_einvoices()

    sold(1)
    deaths = deaths_of(throwaway_store, work, 10, watched=WATCHED)
    for death in deaths:
        (document,) = sold(1)
        kill_at(throwaway_store, work, death, watched=WATCHED)
        pick_up()
        assert Registration.objects.filter(document=document).count() == 1
        invoices.cancel_einvoice(document=document, reason="1", actor=STAFF)
        kill_at(throwaway_store, work, death, watched=WATCHED)
        pick_up()
        assert EInvoice.objects.get(document=document).state == EInvoiceState.CANCELLED
    assert len(portal.kept) == len(deaths) + 1
    assert portal.calls.count("register") < 2 * len(deaths) + 2
