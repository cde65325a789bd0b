"""Start, stop and describe the embedded services together."""

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from config.embedded.documents import Documents
from config.embedded.environment import is_replaced, load_environment
from config.embedded.errors import ServiceError
from config.embedded.paths import Local, find_local
from config.embedded.postgresql import PostgreSQL
from config.embedded.secrets import PASSWORDS, ensure_secrets, read_secrets
from config.embedded.service import Service
from config.embedded.state import State, locked, read_state, write_state
from config.embedded.valkey import Valkey

KINDS: tuple[type[Service], ...] = (PostgreSQL, Documents, Valkey)


@dataclass(frozen=True)
class ServiceStatus:
    """One line of `services status`. State is running, stopped, silent or replaced."""

    name: str
    title: str
    variable: str
    state: str
    pid: int | None = None
    port: int | None = None
    address: str | None = None
    started: bool = False


def up(*, report: Callable[[str], None] | None = None) -> list[ServiceStatus]:
    """Start every service that is not replaced by the user's own, adopting what already runs, and set the environment.

    Repeatable and safe to call at once from several processes.
    """
    local = find_local()
    with locked(local):
        state = read_state(local)
        services = _make_services(local, ensure_secrets(local), state)
        wanted = [service for service in services if not is_replaced(service.variable)]
        taken = set(state.ports.values())

        def start(service: Service) -> bool:
            started = service.up(avoid=taken)
            if report is not None:
                report(
                    f"{service.title} {'started' if started else 'is running'} on port {service.port}."
                )
            return started

        with ThreadPoolExecutor(len(KINDS)) as pool:
            pending = {service.name: pool.submit(start, service) for service in wanted}
        _remember(local, services, wanted)
        started = {name: future.result() for name, future in pending.items()}
    load_environment()
    return [_describe(service, started=started.get(service.name, False)) for service in services]


def down(*, only: Collection[str] | None = None) -> list[ServiceStatus]:
    """Stop the services of this state folder, or those named. Ports and data are kept."""
    local = find_local()
    if not local.root.exists():
        return []
    with locked(local):
        services = _make_services(local, _known_secrets(local), read_state(local))
        with ThreadPoolExecutor(len(KINDS)) as pool:
            chosen = [service for service in services if only is None or service.name in only]
            list(pool.map(lambda service: service.stop(), chosen))
        left = [service.title for service in chosen if service.find_process()]
        _remember(local, services, services)
    if left:
        raise ServiceError(f"Still running: {', '.join(left)}.")
    return [_describe(service) for service in services]


def status() -> list[ServiceStatus]:
    """What runs and answers. Changes nothing."""
    local = find_local()
    services = _make_services(local, _known_secrets(local), read_state(local))
    with ThreadPoolExecutor(len(KINDS)) as pool:
        return list(pool.map(_describe, services))


def find_running() -> set[str]:
    """The names of those whose process is there. Asks no server."""
    local = find_local()
    services = _make_services(local, _known_secrets(local), read_state(local))
    return {service.name for service in services if service.find_process()}


def _make_services(local: Local, secrets: dict[str, str], state: State) -> list[Service]:
    return [kind(local, secrets, state.ports.get(kind.name)) for kind in KINDS]


def _known_secrets(local: Local) -> dict[str, str]:
    return dict.fromkeys(PASSWORDS, "") | read_secrets(local)


def _describe(service: Service, *, started: bool = False) -> ServiceStatus:
    identity = (service.name, service.title, service.variable)
    if is_replaced(service.variable):
        return ServiceStatus(*identity, "replaced")
    pid = service.find_process()
    if pid is None:
        return ServiceStatus(*identity, "stopped", port=service.port or None)
    state = "running" if service.answers() else "silent"
    return ServiceStatus(*identity, state, pid, service.port, service.public_address, started)


def _remember(local: Local, services: list[Service], wanted: list[Service]) -> None:
    """Note ports and pids; addresses only of the services that are ours to give."""
    ours = {service.name: service for service in wanted if service.port}
    postgresql = ours.get(PostgreSQL.name)
    state = State(
        database_url=postgresql.address if postgresql else None,
        admin_database_url=postgresql.admin_address if isinstance(postgresql, PostgreSQL) else None,
        mongodb_uri=ours[Documents.name].address if Documents.name in ours else None,
        redis_url=ours[Valkey.name].address if Valkey.name in ours else None,
        ports={service.name: service.port for service in services if service.port},
        pids={service.name: pid for service in services if (pid := service.find_process())},
    )
    write_state(local, state)
