"""Every pair outside the tables is refused."""

from itertools import product

import pytest

from apps.common.errors import TransitionNotAllowed
from apps.common.states import require_transition
from apps.platform.states import JOB_TRANSITIONS, STORE_TRANSITIONS, JobStatus, StoreStatus


@pytest.mark.parametrize(
    ("moves", "statuses"),
    [(STORE_TRANSITIONS, list(StoreStatus)), (JOB_TRANSITIONS, list(JobStatus))],
)
def test_every_pair_is_either_in_the_table_or_refused(moves, statuses):
    assert set(moves) == set(statuses)
    for current, target in product(statuses, statuses):
        if target in moves[current]:
            require_transition(moves, subject="It", current=current, target=target)
        else:
            with pytest.raises(TransitionNotAllowed):
                require_transition(moves, subject="It", current=current, target=target)
