"""Connections to the databases of stores: lookup, pools, limits and circuit breakers.

`handler.py` answers `connections["default"]` with the active store's database. A database that is not one of the
platform's four is *placed*: known to a process after its first use (`known_databases.py`), with a pool and a circuit
breaker (`placed.py`, `circuit.py`), and forgotten when it was idle for a while, when room is needed, or when its
credentials changed.
"""

from apps.tenancy.connections.errors import PoolFull, StoreUnreachable, noting_refusals
from apps.tenancy.connections.handler import (
    StoreConnections,
    forget_database,
    install,
    is_reachable,
    register_database,
    require_reachable,
)
from apps.tenancy.connections.known import known_databases
from apps.tenancy.connections.placed import PlacedDatabase, PoolUse

__all__ = [
    "PlacedDatabase",
    "PoolFull",
    "PoolUse",
    "StoreConnections",
    "StoreUnreachable",
    "forget_database",
    "install",
    "is_reachable",
    "known_databases",
    "noting_refusals",
    "register_database",
    "require_reachable",
]
