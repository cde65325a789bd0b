"""The documents server says itself that an index serves every command of a story."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.document_commands import Sent, recorded_commands
from tests.support.documents import documents

_EXPLAINED: dict[Any, bool] = {}


@pytest.fixture(autouse=True)
def _the_server_uses_an_index(db: None) -> Iterator[None]:
    with recorded_commands() as sent:
        yield
    scanning = [each for each in sent if each.origin and not each.is_allowed and _scans(each)]
    assert not scanning, "\n".join(map(str, scanning))


def _scans(sent: Sent) -> bool:
    """By `explain` of a `find` with the same condition: the embedded server explains no updates, and not how it finds
    keys."""
    if "_id" in sent.condition:
        return False
    if sent.shape not in _EXPLAINED:
        command = {"find": sent.collection, "filter": sent.condition}
        plan = documents().unscoped_database.command("explain", command)["queryPlanner"]
        _EXPLAINED[sent.shape] = "COLLSCAN" in _stages(plan["winningPlan"])
    return _EXPLAINED[sent.shape]


def _stages(plan: dict[str, Any]) -> set[str]:
    """MongoDB's newer engine nests the plan once more."""
    plan = plan.get("queryPlan", plan)
    inner = [plan["inputStage"]] if "inputStage" in plan else plan.get("inputStages", [])
    return {plan["stage"], *(stage for each in inner for stage in _stages(each))}
