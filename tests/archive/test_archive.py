"""One store as one file: whole, of one moment, and back again without a difference."""

import io
from threading import Thread
from typing import Any

import pyrage
import pytest
from django.db import connections

from apps.archive import (
    FILES,
    ArchiveDamaged,
    ArchiveLocked,
    PlaceNotEmpty,
    fingerprint_store,
    read_manifest,
    verify_archive,
    write_archive,
)
from apps.carts.documents import Cart
from apps.catalog.documents import Product
from apps.common.progress import make_message
from apps.events.models import AuditEntry
from apps.events.services import relay_outbox
from apps.operations.restore.restoring import restore_archive
from apps.orders.models import Order, OrderLine
from apps.tenancy.context import use_store
from tests.checkout.shop import make_cart, make_goods, place
from tests.support.acting import STAFF, seeing_all
from tests.support.trading import empty_place, trade

pytestmark = [
    pytest.mark.matrix,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("system_scope"),
]


def test_an_archive_says_what_it_holds(throwaway_store: Any) -> None:
    trade(throwaway_store)
    target = io.BytesIO()
    written = write_archive(throwaway_store, target)

    read = read_manifest(target)
    assert read == written == verify_archive(target)
    assert (read.store_id, read.slug) == (throwaway_store.id, throwaway_store.slug)
    assert read.sections["sql:orders_order"].rows == 1
    assert read.sections["documents:carts"].rows == 2
    assert read.sections[FILES].rows == 3
    assert "orders.0001_initial" in read.migrations
    found = fingerprint_store(throwaway_store)
    told = {name: (one.rows, one.checksum) for name, one in read.sections.items()}
    assert found.items() <= told.items()


@pytest.mark.parametrize("placed", [False, True], ids=["shared", "own"])
def test_a_copy_is_the_same_row_by_row_wherever_it_comes_from(
    request: pytest.FixtureRequest, placed: bool
) -> None:
    source = request.getfixturevalue("placed_store" if placed else "throwaway_store")
    goods = trade(source)
    target = io.BytesIO()
    write_archive(source, target)
    with empty_place() as copy:
        restore_archive(target, copy)
        before, after = fingerprint_store(source), fingerprint_store(copy)
        changed = {name for name in before if before[name] != after[name]}
        with seeing_all(copy):
            product = Product.objects.get()
            [line] = OrderLine.objects.all()
            order = Order.objects.get()
            entry = AuditEntry.objects.get(action="product.looked_at")
        assert product.pk != goods.product.pk, "documents of all stores share a collection"
        assert entry.after is not None
        assert line.product_ref == str(product.pk) == entry.target_ref == entry.after["product"]
        with seeing_all(source):
            assert order.placed_at == Order.objects.get().placed_at
            assert Product.objects.get().pk == goods.product.pk, "the source is as it was"
    assert before[FILES] == after[FILES]
    assert changed <= {
        "documents:carts",
        "documents:products",
        "sql:django_admin_log",
        "sql:events_auditentry",
        "sql:events_outboxmessage",
        "sql:orders_order",
        "sql:orders_orderline",
        "sql:prices_pricechange",
        "sql:search_entry",
    }, "only what names a document changes"


def test_damage_is_recognised_wherever_it_is(throwaway_store: Any) -> None:
    trade(throwaway_store)
    target = io.BytesIO()
    write_archive(throwaway_store, target)
    whole = target.getvalue()
    for offset in range(0, len(whole), max(1, len(whole) // 40)):
        flipped = bytearray(whole)
        flipped[offset] ^= 0x20
        with pytest.raises(ArchiveDamaged):
            verify_archive(io.BytesIO(bytes(flipped)))
    for length in (0, 10, 40, len(whole) // 2, len(whole) - 1):
        with pytest.raises(ArchiveDamaged):
            verify_archive(io.BytesIO(whole[:length]))
        with pytest.raises(ArchiveDamaged):
            read_manifest(io.BytesIO(whole[:length]))
    with pytest.raises(ArchiveDamaged, match="data after its end"):
        verify_archive(io.BytesIO(whole + b"\n"))


def test_an_encrypted_archive_shows_nothing_and_opens_with_its_key(throwaway_store: Any) -> None:
    key, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    target = io.BytesIO()
    write_archive(throwaway_store, target, encrypt_to=str(key.to_public()))
    assert throwaway_store.slug.encode() not in target.getvalue()
    assert verify_archive(target, unlock=str(key)).encrypted
    for wrong in (None, str(other), "a passphrase"):
        with pytest.raises(ArchiveLocked):
            verify_archive(target, unlock=wrong)
    with pytest.raises(ValueError, match="encrypted"):
        write_archive(throwaway_store, io.BytesIO(), with_credentials=True)


def test_rows_of_somebody_else_are_refused(throwaway_store: Any) -> None:
    trade(throwaway_store)
    target = io.BytesIO()
    write_archive(throwaway_store, target)
    before = fingerprint_store(throwaway_store)
    with pytest.raises(PlaceNotEmpty):
        restore_archive(target, throwaway_store)
    assert fingerprint_store(throwaway_store) == before
    restore_archive(target, throwaway_store, replace=True)
    assert fingerprint_store(throwaway_store) == before


def test_all_tables_are_of_one_moment_and_documents_no_older(throwaway_store: Any) -> None:
    trade(throwaway_store)
    with seeing_all(throwaway_store):
        relay_outbox()
    sold_meanwhile = []

    def sell(share: float, words: str) -> None:
        """Somebody buys while the first tables are read, on a connection of their own."""
        if words == make_message("Reading %(name)s", name="accounts_address"):
            seller = Thread(target=in_thread, args=(lambda: trade_again(throwaway_store),))
            seller.start()
            seller.join()
            sold_meanwhile.append(words)

    target = io.BytesIO()
    manifest = write_archive(throwaway_store, target, watch=sell)
    assert sold_meanwhile
    with seeing_all(throwaway_store):
        assert Order.objects.count() == 2
    rows = {name: one.rows for name, one in manifest.sections.items()}
    assert rows["sql:orders_order"] == rows["sql:payments_payment"] == 1
    assert rows["documents:carts"] == 3
    with empty_place() as copy:
        restore_archive(target, copy)
        with seeing_all(copy):
            assert Order.objects.count() == 1
            statuses = sorted(Cart.objects.values_list("status", flat=True))
    # the first sale's, the visitor's, and the one whose order is younger than the backup: its buyer has it back
    assert statuses == ["closed", "open", "open"]


def in_thread(call: Any) -> None:
    try:
        call()
    finally:
        connections.close_all()


def trade_again(store: Any) -> None:
    with use_store(store, actor=STAFF):
        place(make_cart(make_goods()))
        relay_outbox()
