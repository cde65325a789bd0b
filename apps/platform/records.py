"""What the DNS says about a host: the record that proves whose it is, and where its addresses lead.

Looked up at the resolvers of the system, or at `DNS_SERVERS`, each question with a deadline. A silent server is no answer: callers
change nothing then.
"""

import ipaddress
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import dns.exception
import dns.nameserver
import dns.rdatatype
import dns.resolver
from django.conf import settings

from apps.common.web import clean_host
from apps.platform.models import RECORD_PREFIX, Finding

_TRY_SECONDS: Final = 1.5
_SECONDS: Final = 4.0
# Whoever writes a zone may write a long one.
_MOST_RECORDS: Final = 50
_MOST_CHARACTERS: Final = 300


class NoNameServer(Exception):
    """No name server answered, or none with sense: a later look can help."""


@dataclass(frozen=True)
class Pointer:
    """Where a host leads. `is_here` is None where that is not known: no target is set, or no server answered."""

    is_here: bool | None = None
    to: str = ""


@dataclass(frozen=True)
class _Answer:
    names: frozenset[str]
    values: tuple[str, ...]


def find_record(host: str, token: str) -> Finding:
    """Whether the host's record has this value. Other values beside it do not matter."""
    try:
        found = _ask(f"{RECORD_PREFIX}{host}", dns.rdatatype.TXT)
    except NoNameServer:
        return Finding.SILENT
    if token and token in found.values:
        return Finding.FOUND
    return Finding.OTHER if found.values else Finding.ABSENT


def find_pointer(host: str) -> Pointer:
    """Whether the host is an alias of one of `DOMAIN_TARGETS`, or has their addresses and no others."""
    names, addresses = _targets()
    if not names and not addresses:
        return Pointer()
    try:
        aliases, found = _addresses_of(host)
        if aliases & names:
            return Pointer(is_here=True, to=", ".join(sorted(aliases & names)))
        if found:
            for name in names:
                addresses |= _addresses_of(name)[1]
    except NoNameServer:
        return Pointer()
    shown = ", ".join(sorted(found)) or ", ".join(sorted(aliases))
    return Pointer(is_here=bool(found) and found <= addresses, to=shown[:_MOST_CHARACTERS])


def list_targets() -> tuple[list[str], list[str]]:
    """Names and addresses at which hosts are to point, as they are set."""
    names, addresses = [], []
    for target in settings.DOMAIN_TARGETS:
        try:
            addresses.append(str(ipaddress.ip_address(target.strip())))
        except ValueError:
            names.append(clean_host(target))
    return names, addresses


def _targets() -> tuple[frozenset[str], frozenset[str]]:
    names, addresses = list_targets()
    return frozenset(names), frozenset(addresses)


def _addresses_of(host: str) -> tuple[frozenset[str], frozenset[str]]:
    """The names that it is an alias of, and its addresses."""
    answers = [_ask(host, kind) for kind in (dns.rdatatype.A, dns.rdatatype.AAAA)]
    names = frozenset[str]().union(*(answer.names for answer in answers))
    values = frozenset(value for answer in answers for value in answer.values)
    return names, values


def _ask(name: str, kind: dns.rdatatype.RdataType) -> _Answer:
    """The aliases on the way, and the values; nothing for a name that does not exist. Raises `NoNameServer`."""
    try:
        answer = _resolver().resolve(name, kind, search=False, raise_on_no_answer=False)
    except dns.resolver.NXDOMAIN:
        return _Answer(frozenset(), ())
    except (dns.exception.DNSException, OSError) as error:
        raise NoNameServer(type(error).__name__) from None
    names = [alias.target for alias in answer.chaining_result.cnames for alias in alias]
    values = [_text_of(value) for value in (answer.rrset or ())]
    return _Answer(
        frozenset(
            name.canonicalize().to_text(omit_final_dot=True) for name in names[:_MOST_RECORDS]
        ),
        tuple(values[:_MOST_RECORDS]),
    )


def _text_of(value: object) -> str:
    """A text as it was typed, without the quotes and blanks that registrars keep; an address as it is compared."""
    if hasattr(value, "strings"):
        return b"".join(value.strings).decode("ascii", "replace").strip(' "')
    with suppress(ValueError):
        return str(ipaddress.ip_address(str(value)))
    return str(value)


def _resolver() -> dns.resolver.Resolver:
    """Raises `NoResolverConfiguration`, a `DNSException`, where the system has none."""
    servers = [_server(text) for text in settings.DNS_SERVERS]
    resolver = dns.resolver.Resolver(configure=not servers)
    if servers:
        resolver.nameservers = servers
    resolver.timeout, resolver.lifetime = _TRY_SECONDS, _SECONDS
    return resolver


def _server(text: str) -> dns.nameserver.Nameserver:
    """`192.0.2.1`, or `192.0.2.1:5353`; an IPv6 address without a port."""
    address, _colon, port = text.rpartition(":")
    if not address or ":" in address:
        address, port = text, "53"
    return dns.nameserver.Do53Nameserver(address, int(port))
