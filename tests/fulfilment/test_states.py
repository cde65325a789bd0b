"""The tables of shipments and returns, walked pair by pair."""

from itertools import product

import pytest

from apps.common.errors import TransitionNotAllowed
from apps.fulfilment.models import ParcelReturn, Shipment
from apps.fulfilment.services.parcels import move_shipment
from apps.fulfilment.services.returning import move_return
from apps.fulfilment.states import (
    RETURN_TRANSITIONS,
    SHIPMENT_TRANSITIONS,
    ReturnState,
    ShipmentState,
)


@pytest.mark.parametrize(("current", "target"), product(ShipmentState, ShipmentState))
def test_a_shipment_moves_only_as_the_table_says(
    current: ShipmentState, target: ShipmentState
) -> None:
    shipment = Shipment(state=current)
    if target in SHIPMENT_TRANSITIONS[current]:
        move_shipment(shipment, target)
        assert shipment.state == target
    else:
        with pytest.raises(TransitionNotAllowed):
            move_shipment(shipment, target)
        assert shipment.state == current


@pytest.mark.parametrize(("current", "target"), product(ReturnState, ReturnState))
def test_a_return_moves_only_as_the_table_says(current: ReturnState, target: ReturnState) -> None:
    row = ParcelReturn(state=current)
    if target in RETURN_TRANSITIONS[current]:
        move_return(row, target)
        assert row.state == target
    else:
        with pytest.raises(TransitionNotAllowed):
            move_return(row, target)
        assert row.state == current


def test_what_is_back_stays_back() -> None:
    assert not SHIPMENT_TRANSITIONS[ShipmentState.RETURNED]
    assert not RETURN_TRANSITIONS[ReturnState.RECEIVED]
