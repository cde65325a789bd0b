"""Hosts from user input: resolved, checked, and connected by the checked address.

A merchant's host name could give access to our network: it may resolve to this machine, to a neighbour or to a cloud's
metadata service, also after the first check. So every new connection resolves the name again, refuses it when any of
its addresses is not a public one, and connects by `hostaddr`; `host` stays for the certificate. Self-hosters allow
private hosts by `ALLOW_PRIVATE_DATABASE_HOSTS`.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, Final

import psycopg
from django.conf import settings
from django.utils.translation import gettext_lazy

from apps.tenancy.errors import HostRefused
from apps.tenancy.liveness import WatchedConnection

MOST_ADDRESSES: Final = 8
NOT_FOUND: Final = gettext_lazy("The host name is not known.")
NOT_ONE: Final = gettext_lazy("Give one host name or address: no list of hosts, no socket file.")
NOT_PUBLIC: Final = gettext_lazy(
    "The host leads to a private or reserved address, which is not allowed here."
)

_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")  # all that the internet has of IPv6
# IPv6 notations of an IPv4 address; the connection goes to the inner address.
_NAT64: Final = IPv6Network("64:ff9b::/96")
_NAT64_LOCAL: Final = IPv6Network("64:ff9b:1::/48")
_COMPATIBLE: Final = IPv6Network("::/96")


def resolve(host: str, port: int | str, *, allow_private: bool | None = None) -> list[str]:
    """The addresses of a host, in the order of the resolver. Raises `HostRefused` with a sentence for people.

    `allow_private` is what the installation says about databases, unless the caller says it for something else.
    """
    if not host or host.startswith(("/", "@", ".")) or "," in host or "%" in host or "\0" in host:
        raise HostRefused(NOT_ONE)
    try:
        found = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise HostRefused(NOT_FOUND) from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))[:MOST_ADDRESSES]
    if allow_private is None:
        allow_private = settings.ALLOW_PRIVATE_DATABASE_HOSTS
    if not allow_private and not all(map(is_public, addresses)):
        raise HostRefused(NOT_PUBLIC)
    return addresses


def is_public(address: str) -> bool:
    """Whether an address is public, in any notation."""
    parsed = ip_address(address.partition("%")[0])
    inner = _inner(parsed)
    if inner is not None:
        return is_public(str(inner))
    if isinstance(parsed, IPv6Address) and parsed not in _GLOBAL_UNICAST:
        return False
    return parsed.is_global and not (parsed.is_multicast or parsed.is_reserved)


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address inside a mapped, translated or tunnelled IPv6 one."""
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    is_translated = address in _NAT64 or address in _NAT64_LOCAL or address in _COMPATIBLE
    return IPv4Address(int(address) & 0xFFFFFFFF) if is_translated else None


def pinned(parameters: dict[str, Any]) -> dict[str, Any]:
    """libpq's parameters with `hostaddr` beside `host`, once per address; they are tried one after the other."""
    host, port = str(parameters.get("host", "")), str(parameters.get("port") or "5432")
    addresses = resolve(host, port)
    return {
        **parameters,
        "host": ",".join([host] * len(addresses)),
        "hostaddr": ",".join(addresses),
        "port": ",".join([port] * len(addresses)),
    }


class PinnedConnection(WatchedConnection):
    """The connection class of a placed store's pool: every new connection resolves and checks the host again."""

    @classmethod
    def connect(cls, conninfo: str = "", **kwargs: Any) -> Any:  # type: ignore[override]
        return super().connect(conninfo, **pin_or_fail(kwargs))


def pin_or_fail(parameters: dict[str, Any]) -> dict[str, Any]:
    """`pinned` with a database error on refusal, so that visitors see that the store can't be reached."""
    try:
        return pinned(parameters)
    except HostRefused as error:
        raise psycopg.OperationalError(str(error)) from None
