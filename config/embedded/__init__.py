"""PostgreSQL, a documents server and Valkey for machines that have none: `manage.py services up|down|status`.

`load_environment()` is cheap and starts nothing: the settings call it. `up()` starts or adopts the servers: the command,
`make run` and the tests call it.
"""

from typing import TYPE_CHECKING

from config.embedded.environment import load_environment
from config.embedded.errors import ServiceError

if TYPE_CHECKING:
    from config.embedded.supervisor import ServiceStatus

__all__ = ["ServiceError", "down", "load_environment", "status", "up"]


def up() -> "list[ServiceStatus]":
    """Start or adopt the services, then set the environment."""
    from config.embedded import supervisor

    return supervisor.up()


def down() -> "list[ServiceStatus]":
    """Stop the services of this state folder."""
    from config.embedded import supervisor

    return supervisor.down()


def status() -> "list[ServiceStatus]":
    """What runs and answers."""
    from config.embedded import supervisor

    return supervisor.status()
