"""The tables of shipments and returns, walked pair by pair."""

from itertools import product

import pytest

from apps.fulfilment.models import ParcelReturn, Shipment
from apps.fulfilment.services.parcels import move_shipment
from apps.fulfilment.services.returning import move_return
from apps.fulfilment.states import (
    RETURN_TRANSITIONS,
    SHIPMENT_TRANSITIONS,
    ReturnState,
    ShipmentState,
)
from tests.support.moves import assert_moves_by, list_forbidden, parse_forbidden

SHIPMENTS = """
    created: created failed returning delivered returned
    shipped: created shipped ready
    ready: created shipped ready failed returning
    failed: created ready failed
    returning: created ready failed returning delivered
    delivered: created failed returning delivered
    returned: created shipped ready failed returning delivered returned
"""
RETURNS = """
    expected: expected
    received: expected received cancelled
    cancelled: expected received cancelled
"""


def test_the_tables_forbid_what_is_written_down() -> None:
    assert list_forbidden(SHIPMENT_TRANSITIONS) == parse_forbidden(SHIPMENTS)
    assert list_forbidden(RETURN_TRANSITIONS) == parse_forbidden(RETURNS)


@pytest.mark.parametrize(("current", "target"), product(ShipmentState, ShipmentState))
def test_a_shipment_moves_only_as_the_table_says(
    current: ShipmentState, target: ShipmentState
) -> None:
    assert_moves_by(SHIPMENT_TRANSITIONS, move_shipment, Shipment(state=current), target)


@pytest.mark.parametrize(("current", "target"), product(ReturnState, ReturnState))
def test_a_return_moves_only_as_the_table_says(current: ReturnState, target: ReturnState) -> None:
    assert_moves_by(RETURN_TRANSITIONS, move_return, ParcelReturn(state=current), target)


def test_what_is_back_stays_back() -> None:
    assert not SHIPMENT_TRANSITIONS[ShipmentState.RETURNED]
    assert not RETURN_TRANSITIONS[ReturnState.RECEIVED]
