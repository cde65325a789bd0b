"""django-oscar beside us: from PyPI, in a virtual environment of its own, on a database of the same PostgreSQL."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import psycopg

from benchmarks.builds import CACHE, ENVIRONMENT, ROOT, WORKERS, Server, serving
from benchmarks.load import Answer, Maker, Request, collect
from benchmarks.processes import service_pids
from benchmarks.shoppers import require_good

PEERS = ROOT / "benchmarks/peers"
HOST = "localhost"
ADDRESS = {
    "first_name": "Asha", "last_name": "Rao", "line1": "12 Residency Road", "line4": "Bengaluru",
    "state": "Karnataka", "postcode": "560025",
}  # fmt: skip


@dataclass(frozen=True)
class OscarShop:
    """The requests of the same works. Its whole checkout by the API is one request, as ours."""

    products: Sequence[Sequence[Any]]  # path and key
    categories: Sequence[str]
    words: Sequence[str]

    def pages(self, paths: Sequence[str]) -> Callable[[], Maker]:
        return lambda: lambda number: Request("GET", paths[number % len(paths)], HOST)

    def home(self) -> Callable[[], Maker]:
        return self.pages(["/catalogue/"])

    def product(self) -> Callable[[], Maker]:
        return self.pages([path for path, _ in self.products])

    def category(self) -> Callable[[], Maker]:
        return self.pages(self.categories[:20])

    def search(self) -> Callable[[], Maker]:
        return self.pages([f"/search/?q={quote_plus(words)}" for words in self.words])

    def listing(self) -> Callable[[], Maker]:
        return self.pages(["/api/products/?limit=24"])

    def adding(self) -> Callable[[], Maker]:
        return lambda: self.add

    def add(self, number: int) -> Request:
        key = self.products[number % len(self.products)][1]
        body = {"url": f"http://{HOST}/api/products/{key}/", "quantity": 1}
        return Request("POST", "/api/basket/add-product/", HOST, json.dumps(body).encode())

    def ordering(self, server: Server, count: int, code: str = "") -> Callable[[], Maker]:
        def prepare() -> Maker:
            carts = collect(self.add, read_cart, port=server.port, count=count)
            if code:
                take = partial(use_code, carts, code)
                collect(take, require_good, port=server.port, count=count)
            return lambda number: order(*carts[number]) if number < len(carts) else None

        return prepare


def read_cart(answer: Answer) -> tuple[str, str]:
    """The basket's address and the cookie of its session."""
    cookie = answer.header("set-cookie: sessionid=").split(";")[0]
    return f"http://{HOST}/api/baskets/{json.loads(answer.body)['id']}/", f"sessionid={cookie}"


def use_code(carts: Sequence[tuple[str, str]], code: str, number: int) -> Request:
    body, headers = json.dumps({"vouchercode": code}).encode(), (("Cookie", carts[number][1]),)
    return Request("POST", "/api/basket/add-voucher/", HOST, body, headers)


def order(basket: str, cookie: str) -> Request:
    address = {**ADDRESS, "country": f"http://{HOST}/api/countries/IN/"}
    body = {
        "basket": basket,
        "guest_email": "asha@example.com",
        "shipping_address": address,
    }
    headers = (("Cookie", cookie),)
    return Request("POST", "/api/checkout/", HOST, json.dumps(body).encode(), headers)


@dataclass(frozen=True)
class Oscar:
    python: Path
    database: str

    def environment(self) -> dict[str, str]:
        return {
            **ENVIRONMENT,
            "PYTHONPATH": str(PEERS),
            "DJANGO_SETTINGS_MODULE": "oscar_shop.settings",
            "OSCAR_DATABASE_URL": self.database,
            "OSCAR_MEDIA": str(self.python.parents[1] / "media"),
        }

    def fill(self, products: int) -> OscarShop:
        done = subprocess.run(
            [self.python, "-W", "ignore", str(PEERS / "oscar_shop/filling.py"), str(products)],
            cwd=PEERS,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"django-oscar could not be filled.\n{done.stderr[-2_000:]}")
        known = json.loads(done.stdout.splitlines()[-1])
        return OscarShop(known["products"], known["categories"], known["words"])

    @contextmanager
    def serve(self, state: Path) -> Iterator[Server]:
        command = [str(self.python), "-W", "ignore", "-m", "gunicorn", "oscar_shop.wsgi", *WORKERS]
        with serving(command, PEERS, self.environment(), "/health") as (port, pid):
            pids = service_pids(state)
            roots = {"application": pid}
            if "PostgreSQL" in pids:
                roots["PostgreSQL"] = pids["PostgreSQL"]
            yield Server(port, roots)


def ensure_oscar(database: str) -> Oscar:
    """`database` is the URL of ours; Oscar gets one beside it."""
    requirements = PEERS / "requirements.txt"
    folder = CACHE / f"oscar-{sha256(requirements.read_bytes()).hexdigest()[:12]}"
    python = folder / "bin/python"
    if not (folder / "complete").exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, "-r", str(requirements)], check=True, env=dict(os.environ))
        (folder / "media").mkdir(exist_ok=True)
        (folder / "complete").touch()
    with psycopg.connect(database, autocommit=True) as connection:
        query = "SELECT 1 FROM pg_database WHERE datname = 'oscar'"
        if connection.execute(query).fetchone() is None:
            connection.execute("CREATE DATABASE oscar")
    return Oscar(python, database)
