"""`<local>/services.json`: addresses, ports and pids of the embedded services, and the lock around changing them."""

import fcntl
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

from config.embedded.errors import ServiceError
from config.embedded.paths import Local, write_private

LOCK_PATIENCE_SECONDS = 90


@dataclass
class State:
    """What is known about the services. Ports outlive `down`; an address is null where another server is used."""

    database_url: str | None = None
    admin_database_url: str | None = None
    mongodb_uri: str | None = None
    redis_url: str | None = None
    ports: dict[str, int] = field(default_factory=dict)
    pids: dict[str, int] = field(default_factory=dict)


def read_state(local: Local) -> State:
    """The recorded state; a missing or damaged file counts as nothing known."""
    try:
        known = json.loads(local.services.read_text(encoding="utf-8"))
        return State(**{name: known[name] for name in State.__dataclass_fields__ if name in known})
    except (OSError, ValueError, TypeError):
        return State()


def write_state(local: Local, state: State) -> None:
    write_private(local.services, json.dumps(asdict(state), indent=2) + "\n")


@contextmanager
def locked(local: Local) -> Iterator[None]:
    """One `up` or `down` at a time; the kernel frees the lock when its holder dies."""
    local.create()
    with local.lock.open("a") as file:
        deadline = time.monotonic() + LOCK_PATIENCE_SECONDS
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise ServiceError(
                        f"Another command has held {local.lock} for {LOCK_PATIENCE_SECONDS} s."
                    ) from None
                time.sleep(0.05)
        yield
