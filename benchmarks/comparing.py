"""One piece of work on several sides in turns, so that the machine's other work slows all alike."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.builds import Server
from benchmarks.load import Maker, run_load
from benchmarks.processes import cpu_seconds

ROUNDS = 3


@dataclass(frozen=True)
class Side:
    """Who does the work. `prepare` is called before each turn, outside the clock, and answers the turn's requests."""

    name: str
    server: Server
    prepare: Callable[[], Maker]
    warm_up: float = 0.5


@dataclass(frozen=True)
class Figure:
    """`cpu`: milliseconds of each kind of process for one request."""

    per_second: float
    cpu: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Work:
    name: str
    limit: str
    goal: float | None
    sides: Sequence[Side]


def compare(work: Work, seconds: float, rounds: int = ROUNDS) -> dict[str, Figure]:
    """The figure of every side: the middle one of its turns, processor time over all of them."""
    rates: dict[str, list[float]] = {}
    spent: dict[str, dict[str, float]] = {}
    answers: dict[str, int] = {}
    for _ in range(rounds):
        for side in work.sides:
            make = side.prepare()
            before = cpu_seconds(side.server.roots)
            result = run_load(
                make, port=side.server.port, seconds=seconds / rounds, warm_up=side.warm_up
            )
            after = cpu_seconds(side.server.roots)
            _require_good(f"{work.name}, {side.name}", result.statuses)
            rates.setdefault(side.name, []).append(result.per_second)
            answers[side.name] = answers.get(side.name, 0) + result.answers
            used = spent.setdefault(side.name, {})
            for kind in before.keys() & after.keys():
                used[kind] = used.get(kind, 0.0) + after[kind] - before[kind]
    return {
        name: Figure(
            statistics.median(rates[name]),
            {kind: used * 1_000 / answers[name] for kind, used in spent[name].items()},
        )
        for name in rates
    }


def _require_good(what: str, statuses: Mapping[int, int]) -> None:
    bad = {status: count for status, count in statuses.items() if status >= 300}
    if bad or not statuses:
        raise RuntimeError(f"{what}: answers {statuses}")
