"""PyMySQL connects to the address that was checked; the name is kept for the server's certificate."""

import socket
from typing import Any

import pymysql

from apps.tenancy.addresses import resolve
from apps.tenancy.errors import HostRefused
from apps.tenancy.liveness import TCP_OPTIONS


def connect_pinned(parameters: dict[str, Any]) -> Any:
    """`pymysql.connect`, after a check of every address of the host. A refused host raises a database error."""
    try:
        addresses = resolve(str(parameters.get("host", "")), parameters.get("port") or 3306)
    except HostRefused as error:
        raise pymysql.OperationalError(2005, str(error)) from None
    connection = pymysql.connect(**parameters, defer_connect=True)
    connection.connect(_reach(addresses, connection.port, connection.connect_timeout))
    return connection


def _reach(addresses: list[str], port: int, timeout: float) -> socket.socket:
    """The first address that answers."""
    failure = "no address"
    for address in addresses:
        try:
            reached = socket.create_connection((address, port), timeout=timeout)
        except OSError as error:
            failure = type(error).__name__
        else:
            reached.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _keep_alive(reached)
            return reached
    raise pymysql.OperationalError(2003, f"Can't connect to the server ({failure})")


def _keep_alive(reached: socket.socket) -> None:
    """What libpq does by itself with `TCP_OPTIONS`. Systems differ in what they know of it."""
    reached.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, option in (
        ("TCP_KEEPIDLE", "keepalives_idle"),
        ("TCP_KEEPINTVL", "keepalives_interval"),
        ("TCP_KEEPCNT", "keepalives_count"),
        ("TCP_USER_TIMEOUT", "tcp_user_timeout"),
    ):
        if hasattr(socket, name):
            reached.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), TCP_OPTIONS[option])
