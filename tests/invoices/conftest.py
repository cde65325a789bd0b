from collections.abc import Iterator
from typing import Any

import pytest

from apps.invoices import services as invoices
from apps.invoices.kinds import Registers
from apps.tenancy.context import use_actor
from tests.invoices.business import register_seller, switch
from tests.invoices.shop import GSTIN
from tests.support.acting import STAFF
from tests.support.irp_server import IrpServer, irp_server


@pytest.fixture
def at_the_desk(in_store: Any) -> Iterator[Any]:
    """Staff of the store, who make and read its invoices."""
    with use_actor(STAFF):
        yield in_store


@pytest.fixture
def portal(at_the_desk: Any) -> Iterator[IrpServer]:
    """The store registers what it sells to businesses."""
    register_seller()
    with irp_server(GSTIN) as server:
        invoices.save_portal_keys(keys=server.keys)
        switch(Registers.BUSINESSES)
        yield server
