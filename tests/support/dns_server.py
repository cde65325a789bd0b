"""A name server on this machine: the far end of `apps.platform.records` in tests, over UDP."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


@dataclass
class NameServer:
    """`records` are lines of a zone by name and kind. `silent` names are not answered, `broken` ones with SERVFAIL."""

    address: str = ""
    records: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def put(self, name: str, kind: str, *values: str) -> None:
        self.records[name, kind] = [f'"{value}"' if kind == "TXT" else value for value in values]

    def remove(self, name: str, kind: str) -> None:
        self.records.pop((name, kind), None)

    def answer(self, wire: bytes) -> bytes | None:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        if name in self.silent:
            return None
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        if name in self.broken:
            reply.set_rcode(dns.rcode.SERVFAIL)
            return reply.to_wire()
        while (name, "CNAME") in self.records and kind != "CNAME":
            [target] = self.records[name, "CNAME"]
            reply.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "CNAME", f"{target}."))
            name = target
        values = self.records.get((name, kind), [])
        if values:
            reply.answer.append(dns.rrset.from_text_list(f"{name}.", 60, "IN", kind, values))
        elif not reply.answer and all(known != name for known, _kind in self.records):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply.to_wire(max_size=65000)


@contextmanager
def name_server() -> Iterator[NameServer]:
    server = NameServer()
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.bind(("127.0.0.1", 0))
    server.address = f"127.0.0.1:{listening.getsockname()[1]}"

    def serve() -> None:
        while True:
            wire, sender = listening.recvfrom(4096)
            if not wire:
                return
            reply = server.answer(wire)
            if reply is not None:
                listening.sendto(reply, sender)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as closing:
            closing.sendto(b"", listening.getsockname())
        thread.join(5)
        listening.close()
