"""A load generator: kept-alive connections that send prepared requests and count whole answers.

It runs in the benchmark's own process on plain sockets, so that it costs little beside the server it measures.
"""

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

CONNECTIONS = 8
T = TypeVar("T")


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    host: str
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    def encode(self) -> bytes:
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {self.host}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(self.body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass(frozen=True)
class Result:
    """`answers` counts those of the warm-up, too."""

    per_second: float
    statuses: dict[int, int]
    answers: int


# The number of the request -> the request; None when there are no more.
Maker = Callable[[int], Request | None]


def run_load(
    make: Maker,
    *,
    port: int,
    seconds: float,
    warm_up: float = 1.0,
    connections: int = CONNECTIONS,
) -> Result:
    """As many requests as the connections manage in `seconds`, after a warm-up. Answers a second."""
    return asyncio.run(_run(make, port, seconds, warm_up, connections))


async def _run(make: Maker, port: int, seconds: float, warm_up: float, connections: int) -> Result:
    numbers = itertools.count()
    begin = time.perf_counter() + warm_up
    end = begin + seconds
    counts: dict[int, int] = {}
    answers = 0

    async def connection() -> None:
        nonlocal answers
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            while (sent_at := time.perf_counter()) < end or not counts:
                if (request := make(next(numbers))) is None:
                    break
                writer.write(request.encode())
                answer = await _read_answer(reader)
                answers += 1
                if sent_at >= begin:  # of a side slower than the time at least one
                    counts[answer.status] = counts.get(answer.status, 0) + 1
                if not answer.keeps_open:
                    writer.close()
                    reader, writer = await asyncio.open_connection("127.0.0.1", port)
        finally:
            writer.close()

    await asyncio.gather(*(connection() for _ in range(connections)))
    lasted = time.perf_counter() - begin
    return Result(sum(counts.values()) / lasted, counts, answers)


@dataclass(frozen=True)
class Answer:
    status: int
    head: bytes
    body: bytes

    @property
    def keeps_open(self) -> bool:
        return b"connection: close" not in self.head.lower()

    def header(self, begin: str) -> str:
        """The rest of the header line that begins so."""
        for line in self.head.split(b"\r\n"):
            if line.lower().startswith(begin.encode()):
                return line[len(begin) :].decode()
        raise LookupError(f"{begin} is not in {self.head.decode()}")


async def _read_answer(reader: asyncio.StreamReader) -> Answer:
    head = await reader.readuntil(b"\r\n\r\n")
    lower, body = head.lower(), b""
    at = lower.find(b"content-length:")
    if at >= 0:
        if length := int(lower[at + 15 : lower.index(b"\r\n", at)]):
            body = await reader.readexactly(length)
    elif b"transfer-encoding: chunked" in lower:
        while size := int(await reader.readline(), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readline()
    return Answer(int(head[9:12]), head, body)


def collect(
    make: Callable[[int], Request], read: Callable[[Answer], T], *, port: int, count: int
) -> list[T]:
    """What `read` finds in the answers to so many requests."""
    return asyncio.run(_collect(make, read, port, count))


async def _collect(
    make: Callable[[int], Request], read: Callable[[Answer], T], port: int, count: int
) -> list[T]:
    numbers = iter(range(count))
    found: list[T] = []

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in numbers:
            writer.write(make(number).encode())
            answer = await _read_answer(reader)
            found.append(read(answer))
            if not answer.keeps_open:
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    return found
