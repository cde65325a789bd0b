"""The requests of every piece of work, as a shop of Polystore takes them."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote_plus

from benchmarks import limits
from benchmarks.builds import Build, Server
from benchmarks.load import Answer, Maker, Request, collect

ADDRESS = {
    "name": "Asha Rao", "line1": "12 Residency Road", "city": "Bengaluru",
    "region": "KA", "postal_code": "560025", "country": "IN",
}  # fmt: skip
TOKEN = "x-cart-token: "
ORDER = {
    "email": "asha@example.com",
    "shipping_address": ADDRESS,
    "shipping_method": "standard",
    "payment_method": "test",
}


@dataclass(frozen=True)
class Shop:
    """A store that was filled, on a server of its build."""

    build: Build
    slug: str
    products: Sequence[Sequence[str]]  # slug and variant
    categories: Sequence[str]
    words: Sequence[str]

    @property
    def host(self) -> str:
        return f"{self.slug}.localhost"

    def pages(self, paths: Sequence[str]) -> Callable[[], Maker]:
        return lambda: lambda number: Request("GET", paths[number % len(paths)], self.host)

    def home(self) -> Callable[[], Maker]:
        return self.pages(["/"])

    def product(self, count: int = 1_000) -> Callable[[], Maker]:
        return self.pages([f"/product/{slug}/" for slug, _ in self.products[:count]])

    def category(self) -> Callable[[], Maker]:
        return self.pages([f"/category/{slug}/" for slug in self.categories[:20]])

    def search(self) -> Callable[[], Maker]:
        return self.pages([f"/search/?q={quote_plus(words)}" for words in self.words])

    def listing(self) -> Callable[[], Maker]:
        return self.pages(["/api/v1/products?limit=24"])

    def adding(self) -> Callable[[], Maker]:
        return lambda: self.add

    def add(self, number: int) -> Request:
        variant = self.products[number % len(self.products)][1]
        return Request("POST", "/api/v1/cart/items", self.host, _line(variant))

    def fill_carts(self, server: Server, count: int) -> list[str]:
        """The tokens of new carts with a line each."""
        return collect(self.add, lambda answer: answer.header(TOKEN), port=server.port, count=count)

    def ordering(self, server: Server, count: int, code: str = "") -> Callable[[], Maker]:
        """Carts are filled, with the coupon if there is one, before the clock runs; each request places one of them."""

        def prepare() -> Maker:
            carts = self.fill_carts(server, count)
            if code:
                take = partial(self.use_code, carts, code)
                collect(take, require_good, port=server.port, count=count)
            return lambda number: self.order(carts[number]) if number < len(carts) else None

        return prepare

    def use_code(self, carts: Sequence[str], code: str, number: int) -> Request:
        body, headers = json.dumps({"code": code}).encode(), (("X-Cart-Token", carts[number]),)
        return Request("POST", "/api/v1/cart/codes", self.host, body, headers)

    def order(self, cart: str) -> Request:
        headers = (("X-Cart-Token", cart), ("Idempotency-Key", f"bench-{time.time_ns()}"))
        return Request("POST", "/api/v1/orders", self.host, json.dumps(ORDER).encode(), headers)

    def hooks(self, count: int) -> Callable[[], Maker]:
        """Signed events of the test bank, each one new."""

        def prepare() -> Maker:
            events = self.build.fill("events", self.slug, count)

            def make(number: int) -> Request | None:
                if number >= len(events):
                    return None
                body, signature = events[number]
                headers = (("Polystore-Test-Signature", signature),)
                path = "/api/v1/payments/webhook/test"
                return Request("POST", path, self.host, body.encode(), headers)

            return make

        return prepare


def require_good(answer: Answer) -> None:
    if answer.status >= 300:
        raise RuntimeError(f"A cart was not prepared: {answer.status} {answer.body[:300]!r}")


def open_shop(
    build: Build, slug: str, *, products: int, carts: int, with_coupon: bool = False
) -> Shop:
    known: dict[str, Any] = build.fill("products", slug, products)
    build.fill("carts", slug, carts)
    if with_coupon:
        build.fill("coupon", slug, 1)
    return Shop(build, slug, known["products"], known["categories"], known["words"])


def limit_requests(name: str) -> Callable[[], Maker]:
    def hook(number: int) -> Request:
        body = b'{"number": %d}' % number
        return Request("POST", "/hook", "localhost", body, (("X-Signature", limits.sign(body)),))

    makers: dict[str, Maker] = {
        "L_const": lambda number: Request("GET", "/constant", "localhost"),
        "L_list": lambda number: Request("GET", "/list", "localhost"),
        "L_hook": hook,
        "L_order": lambda number: Request(
            "POST", "/order", "localhost", b'{"number": %d}' % number
        ),
    }
    return lambda: makers[name]


def _line(variant: str) -> bytes:
    return json.dumps({"variant_id": variant, "quantity": 1}).encode()
