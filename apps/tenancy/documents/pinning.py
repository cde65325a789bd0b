"""PyMongo connects to the address that was checked; the host name is kept for the server's certificate.

A replica set names its members and a `mongodb+srv://` name has several hosts, so every socket of the driver is checked.
"""

import socket
from collections.abc import Callable
from types import FunctionType
from typing import Any, Final

from pymongo import pool_shared
from pymongo.synchronous.pool import Pool

from apps.tenancy.addresses import resolve
from apps.tenancy.errors import HostRefused


def connect_to_allowed_address(address: tuple[str, int], options: Any) -> socket.socket:
    """A socket to the first address of the host that answers. Raises `OSError`, as the driver expects, for a host
    that must not be reached."""
    host, port = address
    try:
        addresses = resolve(host.strip("[]"), port)
    except HostRefused as error:
        raise OSError(str(error)) from None
    failure = OSError("no address")
    for judged in addresses:
        try:
            return pool_shared._create_connection((judged, port), options)
        except OSError as error:
            failure = error
    raise failure


def _with(function: Callable[..., Any], **names: Any) -> Any:
    """A copy of a driver function that uses the replacements under these names; the driver's function is unchanged.
    Raises `ImportError` if the function no longer uses these names, because then no address would be checked."""
    original: Any = function
    if missing := names.keys() - set(original.__code__.co_names):
        raise ImportError(f"PyMongo has changed: {original.__qualname__} lacks {sorted(missing)}.")
    found = FunctionType(
        original.__code__,
        {**original.__globals__, **names},
        original.__name__,
        original.__defaults__,
        original.__closure__,
    )
    found.__kwdefaults__ = original.__kwdefaults__
    return found


_configured: Final = _with(
    pool_shared._configured_socket_interface, _create_connection=connect_to_allowed_address
)


class PinnedPool(Pool):
    """What a client opens for each server of a MongoDB that a merchant named: `MongoClient(_pool_class=PinnedPool)`."""

    connect = _with(Pool.connect, _configured_socket_interface=_configured)
