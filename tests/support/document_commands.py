"""Records what is sent to the documents server, and says whether an index serves it.

The rule is the stricter of the two servers': the embedded one answers from an index only when every matched field
is in it, equalities in front and at most one range or `$in` behind them. What passes here is indexed on MongoDB.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pymongo import monitoring

_ON_THE_LAST_FIELD = frozenset({"$eq", "$in", "$gt", "$gte", "$lt", "$lte"})


@dataclass(frozen=True)
class Sent:
    """One condition that a command sent. `collection` is the collection's name."""

    verb: str
    collection: str
    condition: Mapping[str, Any]


class Recorder(monitoring.CommandListener):
    """Registered once for the process, before the first client; silent unless somebody records."""

    def __init__(self) -> None:
        self.recordings: list[list[Sent]] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if self.recordings:
            sent = list(_conditions(event.command_name, event.command))
            for recording in self.recordings:
                recording.extend(sent)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        pass

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass


RECORDER = Recorder()
monitoring.register(RECORDER)


@contextmanager
def recorded_commands() -> Iterator[list[Sent]]:
    """The conditions of everything sent to the documents server in the block, by any thread."""
    recording: list[Sent] = []
    RECORDER.recordings.append(recording)
    try:
        yield recording
    finally:
        RECORDER.recordings.remove(recording)


def _conditions(verb: str, command: Mapping[str, Any]) -> Iterator[Sent]:
    if verb == "aggregate":
        first: dict[str, Any] = next(iter(command["pipeline"]), {})
        yield Sent(verb, command["aggregate"], first.get("$match", {}))
    elif verb == "find":
        yield Sent(verb, command["find"], command.get("filter", {}))
    elif verb == "findAndModify":
        yield Sent(verb, command["findAndModify"], command.get("query", {}))
    elif verb in ("update", "delete"):
        for one in command[f"{verb}s"]:
            yield Sent(verb, command[verb], one["q"])
    elif verb in ("count", "distinct"):
        yield Sent(verb, command[verb], command.get("query", {}))


def is_served(condition: Mapping[str, Any], indexes: Mapping[str, Any]) -> bool:
    """Whether an index holds all matched fields: `indexes` is PyMongo's `index_information()`."""
    if "_id" in condition:
        return True
    if any(field.startswith("$") for field in condition):
        return False
    return any(_fits(condition, [field for field, _ in index["key"]]) for index in indexes.values())


def _fits(condition: Mapping[str, Any], keys: list[str]) -> bool:
    front = keys[: len(condition)]
    if set(front) != set(condition):
        return False
    *equal, last = front
    return all(_is_equality(condition[field]) for field in equal) and (
        _is_equality(condition[last]) or set(condition[last]) <= _ON_THE_LAST_FIELD
    )


def _is_equality(value: Any) -> bool:
    return not isinstance(value, Mapping) or not any(name.startswith("$") for name in value)
