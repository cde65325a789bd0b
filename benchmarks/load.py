"""A load generator: kept-alive connections that send prepared requests and count whole answers.

It runs in the benchmark's own process on plain sockets, so that it costs little beside the server it measures.
"""

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass

CONNECTIONS = 8


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
            while (sent_at := time.perf_counter()) < end:
                if (request := make(next(numbers))) is None:
                    break
                writer.write(request.encode())
                status, keep = await _read_answer(reader)
                answers += 1
                if sent_at >= begin:
                    counts[status] = counts.get(status, 0) + 1
                if not keep:
                    writer.close()
                    reader, writer = await asyncio.open_connection("127.0.0.1", port)
        finally:
            writer.close()

    await asyncio.gather(*(connection() for _ in range(connections)))
    lasted = time.perf_counter() - begin
    return Result(sum(counts.values()) / lasted, counts, answers)


async def _read_answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    head, keep = await _read_head(reader)
    return int(head[9:12]), keep


async def _read_head(reader: asyncio.StreamReader) -> tuple[bytes, bool]:
    """The head of an answer, whose body is read and dropped; whether the connection stays open."""
    head = await reader.readuntil(b"\r\n\r\n")
    lower = head.lower()
    at = lower.find(b"content-length:")
    if at >= 0:
        length = int(lower[at + 15 : lower.index(b"\r\n", at)])
        if length:
            await reader.readexactly(length)
    elif b"transfer-encoding: chunked" in lower:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    return head, b"connection: close" not in lower


def collect(make: Maker, *, port: int, count: int, header: str) -> list[str]:
    """A header of the answer to each of so many requests, sent by `CONNECTIONS` connections."""
    return asyncio.run(_collect(make, port, count, f"{header.lower()}:".encode()))


async def _collect(make: Maker, port: int, count: int, header: bytes) -> list[str]:
    numbers = iter(range(count))
    found: list[str] = []

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in numbers:
            request = make(number)
            assert request is not None
            writer.write(request.encode())
            head, keep = await _read_head(reader)
            lines = head.split(b"\r\n")
            value = [line for line in lines if line.lower().startswith(header)]
            if not value:
                raise RuntimeError(f"{request.path}: {lines[0].decode()} without {header.decode()}")
            found.append(value[-1].split(b":", 1)[1].strip().decode())
            if not keep:
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    return found
