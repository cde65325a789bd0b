"""An invoice as a PDF file, against an empty page of the same library."""

import statistics
import time
from collections.abc import Callable

import typst

from apps.carts import services as carts
from apps.checkout import services as checkout
from apps.checkout.details import CheckoutDetails
from apps.common.actor import Actor
from apps.content.selectors import get_theme
from apps.gateways import test_bank
from apps.invoices import services as invoices
from apps.invoices.printing import rendering
from apps.invoices.printing.values import print_values
from apps.orders.models import Order
from apps.payments import services as payments
from apps.platform.models import Store
from apps.tenancy.context import use_store
from benchmarks.inside.filling import ADDRESS
from benchmarks.lines import Line
from benchmarks.shop import SLUG, ensure_shop, open_store

GOAL = 10.0
TIMES = 30
LINES = 3
EMPTY = b'#set page(paper: "a4")\n'


def measure_invoice() -> list[Line]:
    """An order of three lines with GST. Middle of thirty, after one that reads the fonts."""
    store = Store.objects.filter(slug=SLUG).first() or open_store(SLUG)[0]
    variants = [refs[0] for _slug, refs in ensure_shop(products=LINES)[:LINES]]
    with use_store(store):
        values = print_values(invoices.issue_invoice(order=_sell(variants)), get_theme())
        ours = _middle(lambda: rendering.render("document.typ", values))
    fonts = rendering._fonts()  # read once, as ours are
    empty = _middle(lambda: typst.compile(EMPTY, font_paths=fonts, pdf_tags=False))
    ratio = ours / empty
    shown = f"{ours * 1_000:.1f} ms"
    limit = f"empty page {empty * 1_000:.1f} ms"
    return [Line("invoice as PDF", shown, limit, ratio, f"<= {GOAL:.0f}", ratio <= GOAL)]


def _sell(variants: list[str]) -> Order:
    cart = carts.get_or_create_cart()
    for ref in variants:
        cart = carts.add_item(cart=cart, variant_ref=ref, quantity=2)
    wanted = CheckoutDetails(
        email="asha@example.com",
        shipping_address=ADDRESS,
        shipping_method="standard",
        payment_method="test",
    )
    placed = checkout.place_order(cart=cart, details=wanted, actor=Actor.guest())
    payment = placed.payment
    assert payment is not None
    test_bank.choose(test_bank.get_charge(str(payment.pk)), test_bank.State.PAID)
    payments.settle_from_gateway(payment=payment)
    placed.order.refresh_from_db()
    return placed.order


def _middle(work: Callable[[], object]) -> float:
    work()
    taken = []
    for _ in range(TIMES):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)
