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
    per_second: float
    statuses: dict[int, int]


# The number of the request -> the request.
Maker = Callable[[int], Request]


def run_load(make: Maker, *, port: int, seconds: float, warm_up: float = 1.0) -> Result:
    """As many requests as `CONNECTIONS` connections manage in `seconds`, after a warm-up. Answers a second."""
    return asyncio.run(_run(make, port, seconds, warm_up))


async def _run(make: Maker, port: int, seconds: float, warm_up: float) -> Result:
    numbers = itertools.count()
    begin = time.perf_counter() + warm_up
    end = begin + seconds
    counts: dict[int, int] = {}

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            while (sent_at := time.perf_counter()) < end:
                writer.write(make(next(numbers)).encode())
                status, keep = await _read_answer(reader)
                if sent_at >= begin:
                    counts[status] = counts.get(status, 0) + 1
                if not keep:
                    writer.close()
                    reader, writer = await asyncio.open_connection("127.0.0.1", port)
        finally:
            writer.close()

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    return Result(sum(counts.values()) / seconds, counts)


async def _read_answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
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
    return status, b"connection: close" not in lower
