"""The state tables of stores, provisioning jobs and moves: the forbidden pairs, written down, are refused."""

from collections.abc import Mapping, Set
from itertools import product

import pytest

from apps.common.errors import TransitionNotAllowed
from apps.common.states import require_transition
from apps.platform.states import (
    DOMAIN_TRANSITIONS,
    JOB_TRANSITIONS,
    MOVE_TRANSITIONS,
    STORE_TRANSITIONS,
    DomainStatus,
    JobStatus,
    MoveStatus,
    StoreStatus,
)
from tests.support.moves import parse_forbidden

STORES = """
    provisioning: provisioning suspended archived deleting
    active: provisioning active deleting
    suspended: provisioning suspended deleting
    archived: provisioning suspended archived
    deleting: provisioning active suspended archived deleting
"""
JOBS = """
    queued: queued succeeded failed
    running:
    failed: running succeeded failed
    succeeded: queued running succeeded failed
"""
MOVES = """
    queued: queued failed done undone
    running: undone
    failed: running failed done undone
    undoing: queued running failed done
    done: queued running failed undoing done undone
    undone: queued running failed undoing done undone
"""
DOMAINS = """
    waiting: waiting
    verified: waiting verified expired
    expired: expired
    taken: expired taken
"""


@pytest.mark.parametrize(
    ("table", "statuses", "text"),
    [
        (STORE_TRANSITIONS, StoreStatus, STORES),
        (JOB_TRANSITIONS, JobStatus, JOBS),
        (MOVE_TRANSITIONS, MoveStatus, MOVES),
        (DOMAIN_TRANSITIONS, DomainStatus, DOMAINS),
    ],
    ids=["stores", "jobs", "moves", "domains"],
)
def test_the_forbidden_pairs_are_refused_and_every_other_is_allowed(
    table: Mapping[str, Set[str]],
    statuses: type[StoreStatus] | type[JobStatus] | type[MoveStatus] | type[DomainStatus],
    text: str,
) -> None:
    forbidden = parse_forbidden(text)
    assert set(forbidden) == {status.value for status in statuses}
    for current, target in product(statuses, statuses):
        if target.value in forbidden[current.value]:
            with pytest.raises(TransitionNotAllowed):
                require_transition(table, subject="It", current=current, target=target)
        else:
            require_transition(table, subject="It", current=current, target=target)
