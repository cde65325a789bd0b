"""Put the addresses and keys of the embedded services into `os.environ`. Starts nothing."""

import json
import os
from pathlib import Path

from config.embedded.paths import PROJECT_ROOT, Local, are_test_services, find_local
from config.embedded.secrets import KEYS, LOGINS, read_secrets
from config.embedded.state import read_state

SERVICE_VARIABLES = ("DATABASE_URL", "MONGODB_URI", "REDIS_URL")
GIVEN = "POLYSTORE_EMBEDDED"  # names of the variables that came from here, so that children do not take them for the user's


def load_environment() -> None:
    """Fill DATABASE_URL, MONGODB_URI, REDIS_URL, the keys and the port of `make run` from the state folder where they are not
    has set them.

    Cheap (three small files) and repeatable: call it at the top of the settings. Values of `.env` in the project come
    first, except for the test services.
    """
    if not are_test_services():
        _load_file(PROJECT_ROOT / ".env")
    local = find_local()
    state = read_state(local)
    secrets = read_secrets(local)
    offered: dict[str, str | None] = {
        "DATABASE_URL": state.database_url,
        "ADMIN_DATABASE_URL": state.admin_database_url,
        "MONGODB_URI": state.mongodb_uri,
        "REDIS_URL": state.redis_url,
        "PORT": _port_of_run(local),
        **{name: secrets.get(name) for name in (*KEYS, *LOGINS)},
    }
    given = given_here()
    for name, value in offered.items():
        if value and (not os.environ.get(name) or name in given):
            os.environ[name] = value
            given.add(name)
    os.environ[GIVEN] = ",".join(sorted(given))


def given_here() -> set[str]:
    """The variables that hold our own values rather than the user's."""
    return {name for name in os.environ.get(GIVEN, "").split(",") if name}


def is_replaced(variable: str) -> bool:
    """Whether the user points this service at a server of their own."""
    if variable in given_here():
        return False
    if os.environ.get(variable):
        return True
    return not are_test_services() and bool(_read_file(PROJECT_ROOT / ".env").get(variable))


def _port_of_run(local: Local) -> str | None:
    """Where `make run` answers at the moment, so that commands name addresses that work."""
    try:
        return str(json.loads(local.run.read_text(encoding="utf-8"))["port"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _load_file(path: Path) -> None:
    for name, value in _read_file(path).items():
        if value:
            os.environ.setdefault(name, value)


def _read_file(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    pairs = (line.removeprefix("export ").partition("=") for line in lines if "=" in line)
    return {
        name.strip(): value.strip().strip("\"'")
        for name, _, value in pairs
        if not name.lstrip().startswith("#")
    }
