"""The benchmark's own arithmetic: what is counted, whose processor time it is, and what a copy has of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from benchmarks.builds import Server
from benchmarks.comparing import Figure, Side, Work, compare
from benchmarks.inside.filling import PATTERN, PRICE, SKU, _kind, _replaced
from benchmarks.load import Request, collect, run_load
from benchmarks.processes import cpu_seconds, resident_mib, tree_of
from benchmarks.table import compared_table
from tests.support.waiting import wait_until


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200 if self.path != "/missing" else 404)
        self.send_header("Content-Length", "2")
        self.send_header("X-Path", self.path)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def get(path: str) -> Request:
    return Request("GET", path, "localhost")


def test_every_prepared_request_is_sent_once_and_counted(port: int) -> None:
    sent = []

    def make(number: int) -> Request | None:
        if number >= 20:
            return None
        sent.append(number)
        return get(f"/{number}")

    result = run_load(make, port=port, seconds=30, warm_up=0)
    assert sorted(sent) == list(range(20))
    assert result.statuses == {200: 20}
    assert result.answers == 20
    assert result.per_second > 20 / 30  # by the time they took, not by the time they were given


def test_what_is_collected_is_of_each_answer(port: int) -> None:
    found = collect(
        lambda number: get(f"/{number}"),
        lambda answer: (answer.header("x-path: "), answer.body),
        port=port,
        count=9,
    )
    assert sorted(found) == [(f"/{number}", b"ok") for number in range(9)]


def test_a_work_that_is_refused_is_no_figure(port: int) -> None:
    server = Server(port, {})
    work = Work(
        "work", "L_list", None, [Side("ours", server, lambda: lambda number: get("/missing"))]
    )
    with pytest.raises(RuntimeError, match="404"):
        compare(work, 0.1, rounds=1)


def test_the_processor_time_of_a_kind_is_that_of_its_whole_tree() -> None:
    spin = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass\n"
    nested = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {spin!r}]); sys.stdin.read()"
    process = subprocess.Popen([sys.executable, "-c", nested], stdin=subprocess.PIPE)
    try:
        tree = {"application": process.pid}
        wait_until(lambda: cpu_seconds(tree)["application"] >= 0.3, "no processor time is seen")
        assert process.pid in tree_of(os.getpid())
        assert resident_mib(process.pid) > 1
    finally:
        process.kill()
        process.communicate()


def test_a_copy_has_words_numbers_and_keys_of_its_own() -> None:
    document = {
        "_id": "pattern",
        "title": f"{PATTERN[0]} {PATTERN[3]} piece",
        "slug": f"{PATTERN[0]}-{PATTERN[3]}-piece".lower(),
        "position": 5,
        "category_ids": [7],
        "variants": [{"id": "variant-1", "sku": SKU, "prices": [{"amount_minor": PRICE}]}],
        "sku_keys": [SKU.lower()],
        "variant_refs": ["variant-1"],
    }
    first, second = (_replaced(document, _kind(n, "variant-1", 7, 70 + n)) for n in (1, 2))
    for name in (
        "title",
        "slug",
        "position",
        "category_ids",
        "variants",
        "sku_keys",
        "variant_refs",
    ):
        assert first[name] != second[name], name
    assert "_id" not in first
    assert first["slug"] == first["title"].lower().replace(" ", "-")
    assert first["variant_refs"] == [first["variants"][0]["id"]]
    assert first["sku_keys"] == [first["variants"][0]["sku"].lower()]
    assert "pattern" not in str(first).lower()


def test_the_table_has_a_column_for_each_side_that_was_there() -> None:
    work = Work("product page", "L_list", 0.45, [])
    figures = {
        "limit": Figure(100.0, {"application": 1.0, "PostgreSQL": 1.0}),
        "ours": Figure(50.0, {"application": 4.0}),
        "older": Figure(10.0, {"application": 20.0}),
    }
    names = {"older": "v1", "oscar": "django-oscar"}
    head, _line, row = compared_table([(work, figures)], names).splitlines()
    assert "v1: figure" in head
    assert "django-oscar" not in head
    assert "| 50/s | L_list 100/s | 0.50 | 0.50 | >= 0.45 | reached | 4.0 / - / - / - |" in row
    assert "10.0/s; 5.0 times, 5.00; 20.0 / - / - / -" in row
