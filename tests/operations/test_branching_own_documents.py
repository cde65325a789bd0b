"""A sandbox of a store with its own MongoDB is a guest there: its documents are in no other place, and leave no trace."""

from collections.abc import Callable, Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.archive import fingerprint_store, write_archive
from apps.backoffice.platform.credentials import has_credentials
from apps.catalog.documents import Product
from apps.common.actor import Actor
from apps.common.errors import Conflict
from apps.operations import sandboxes
from apps.operations.deletion.deleting import delete_store, export_for_deletion, request_deletion
from apps.operations.restore.restore_store import restore_over
from apps.orders.models import Order
from apps.placements.lookup import get_database_settings
from apps.placements.own_documents import MARKS
from apps.platform import selectors
from apps.platform.models import IntegrationConfig, Store
from apps.provisioning import services as provisioning
from apps.tenancy.connections import forget_database
from apps.tenancy.context import system_scope, use_store
from tests.checkout.shop import make_cart, make_goods, place
from tests.support import own_documents
from tests.support.acting import seeing_all
from tests.support.databases import close_store, open_store
from tests.support.documents import documents
from tests.support.own_documents import URI, address, collections_of, opened
from tests.support.proxy import Proxy

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("system_scope"),
    pytest.mark.soak,
]


@pytest.fixture
def name() -> Iterator[str]:
    with own_documents.database() as found:
        yield found


@pytest.fixture
def live(name: str, settings: Any, tmp_path: Path) -> Iterator[Store]:
    """A store with a product in its own MongoDB."""
    settings.MEDIA_ROOT, settings.BACKUP_DIR = tmp_path / "media", tmp_path / "backups"
    with opened(name) as store:
        with use_store(store), system_scope():
            make_goods()
        yield store


@pytest.fixture
def branch() -> Iterator[Callable[[Store], Store]]:
    made: list[Store] = []

    def make(live: Store, **wanted: Any) -> Store:
        made.append(sandboxes.branch_store(live, slug=f"{live.slug}-b{len(made)}", **wanted))
        return made[-1]

    yield make
    for sandbox in Store.objects.filter(pk__in=[one.pk for one in made]):
        forget_database(sandbox.active_store.documents_alias)
        close_store(sandbox)


def count_elsewhere(store: Store) -> int:
    """Documents of the store in the platform's own databases."""
    found = 0
    for alias in ("documents", "documents_dev"):
        database = documents(alias).unscoped_database
        for collection in database.list_collection_names():
            found += database[collection].count_documents({"store": store.id.hex})
    return found


def test_its_documents_are_in_the_live_store_s_mongodb_and_nowhere_else(
    live: Store, name: str, branch: Callable[[Store], Store], client_for: Callable[..., Any]
) -> None:
    with own_documents.client() as admin:
        admin[name]["of_the_merchant"].insert_one({"mine": True})
    before, told = collections_of(name), fingerprint_store(live)
    sandbox = branch(live)
    assert sandbox.active_store.documents_alias == f"documents_{sandbox.id.hex}_v1"
    with seeing_all(sandbox), system_scope():
        product = Product.objects.get()
        place(make_cart(make_goods()))
        assert Order.objects.count() == 1
    assert client_for(sandbox).get(f"/product/{product.slug}/").status_code == 200
    there = collections_of(name)
    assert {one["store"] for one in there["products"]} == {live.id.hex, sandbox.id.hex}
    assert there[MARKS] == [{"_id": "store", "store_id": live.id.hex}]
    assert count_elsewhere(sandbox) == 0
    assert fingerprint_store(live) == told
    call_command("migrate_documents", verbosity=0)
    alias = sandbox.active_store.documents_alias
    sandboxes.discard_branch(sandbox)
    assert collections_of(name) == before, "nothing of it is left, and nothing else is gone"
    assert not IntegrationConfig.objects.filter(store_id=sandbox.pk).exists()
    assert get_database_settings(store_id=sandbox.id, alias=alias) is None


def test_what_was_changed_there_is_published_there(
    live: Store, name: str, branch: Callable[[Store], Store]
) -> None:
    sandbox = branch(live)
    with use_store(sandbox), system_scope():
        Product.objects.update(title="Chai, better")
        new = make_goods()
    done = sandboxes.publish(sandbox)
    assert (done.added, done.changed) == (1, 1)
    with use_store(live), system_scope():
        assert set(Product.objects.values_list("title", flat=True)) == {
            "Chai, better",
            new.product.title,
        }
    assert sandboxes.compare(sandbox) == []
    assert count_elsewhere(live) == 0


def test_stopped_in_the_middle_it_is_repeated(
    live: Store, name: str, branch: Callable[..., Store]
) -> None:
    before = collections_of(name)

    def stop(share: float, words: str) -> None:
        if words.startswith("Comparing"):
            raise RuntimeError(words)

    slug = f"{live.slug}-b0"
    with pytest.raises(RuntimeError):
        branch(live, watch=stop)
    sandbox = branch(live)
    assert (sandbox.slug, sandbox.documents_version) == (slug, 1)
    with use_store(sandbox), system_scope():
        assert Product.objects.count() == 1
    sandboxes.discard_branch(sandbox)
    assert collections_of(name) == before


def test_other_credentials_of_the_live_store_are_the_sandbox_s_too(
    live: Store, name: str, branch: Callable[[Store], Store]
) -> None:
    sandbox = branch(live)
    assert (has_credentials(live), has_credentials(sandbox)) == (True, False)
    with pytest.raises(Conflict, match="live store"):
        provisioning.change_documents_credentials(store=sandbox, config={URI: address(name)})
    provisioning.change_documents_credentials(
        store=live, config={URI: f"{address(name)}&appName=changed"}
    )
    sandbox.refresh_from_db()
    assert sandbox.active_store.documents_alias == f"documents_{sandbox.id.hex}_v2"
    assert "appName=changed" in selectors.get_documents_config(sandbox)["uri"]
    with use_store(sandbox), system_scope():
        assert Product.objects.count() == 1


def test_the_live_store_is_not_deleted_with_a_guest_in_its_mongodb(
    live: Store, name: str, branch: Callable[[Store], Store]
) -> None:
    sandbox, actor = branch(live), Actor.system()
    with pytest.raises(Conflict, match=sandbox.slug):
        request_deletion(store=live, actor=actor)
    live.refresh_from_db()
    assert live.status == "active"
    request_deletion(store=sandbox, actor=actor)
    export_for_deletion(store=sandbox)
    delete_store(store=sandbox, actor=actor, typed=sandbox.slug)
    with use_store(live), system_scope():
        assert Product.objects.count() == 1
    assert {one["store"] for one in collections_of(name)["products"]} == {live.id.hex}
    request_deletion(store=live, actor=actor)
    export_for_deletion(store=live)
    delete_store(store=live, actor=actor, typed=live.slug)
    assert collections_of(name) == {}


def test_a_lost_mongodb_is_filled_again_with_both_whoever_comes_first(
    live: Store, name: str, branch: Callable[[Store], Store]
) -> None:
    """As `restore_platform` does it: the mark is the live store's in any order."""
    sandbox = branch(live)
    archives = {store.pk: BytesIO() for store in (sandbox, live)}
    before = {store.pk: fingerprint_store(store) for store in (sandbox, live)}
    for store in (sandbox, live):
        write_archive(store, archives[store.pk])
    with own_documents.client() as admin:
        admin.drop_database(name)
    for store in (sandbox, live):
        restore_over(archives[store.pk], store)
        assert fingerprint_store(store) == before[store.pk]
    assert collections_of(name)[MARKS] == [{"_id": "store", "store_id": live.id.hex}]


def test_thrown_away_without_its_documents_where_the_mongodb_is_gone(
    live: Store,
    name: str,
    branch: Callable[[Store], Store],
    quick: None,
) -> None:
    door = Proxy(("127.0.0.1", own_documents.server().port))
    door.start()
    login = own_documents.server().netloc.rpartition("@")[0]
    through = address(name, netloc=f"{login}@127.0.0.1:{door.port}")
    provisioning.change_documents_credentials(store=live, config={URI: through})
    sandbox = branch(live)
    door.become("shut")
    with pytest.raises(CommandError, match="--leave-documents"):
        call_command("branch_store", sandbox.slug, "--discard", stdout=StringIO())
    call_command("branch_store", sandbox.slug, "--discard", "--leave-documents", stdout=StringIO())
    assert not Store.objects.filter(pk=sandbox.pk).exists()
    door.become("open")


def test_a_region_without_documents_of_its_own_can_have_one(
    region: str,
    name: str,
    settings: Any,
    branch: Callable[[Store], Store],
) -> None:
    """Its documents are in the merchant's MongoDB, its tables on the region's cluster."""
    settings.REGIONS[region].pop("documents")
    with opened(name, region=region) as live:
        with use_store(live), system_scope():
            make_goods()
        shown = StringIO()
        call_command("branch_store", live.slug, "--as", "x", "--dry-run", stdout=shown)
        assert f"shared cluster of the region {region}" in shown.getvalue()
        assert "in its own MongoDB" in shown.getvalue()
        sandbox = branch(live)
        assert (sandbox.region, sandbox.data_region) == (region, region)
        with use_store(sandbox), system_scope():
            assert Product.objects.count() == 1
        sandboxes.discard_branch(sandbox)


def test_of_a_store_that_brought_both_only_the_tables_are_copied_to_the_platform(
    name: str, new_database: Callable[[], dict[str, str]], branch: Callable[[Store], Store]
) -> None:
    config = {**new_database(), URI: address(name)}
    live = open_store(database_type="postgresql", config=config)
    try:
        with use_store(live), system_scope():
            make_goods()
        sandbox = branch(live)
        assert (sandbox.database_type, sandbox.active_store.alias) == ("shared", "default")
        with use_store(sandbox), system_scope():
            Product.objects.update(title="Chai, better")
        assert count_elsewhere(sandbox) == 0
        sandboxes.publish(sandbox)
        with use_store(live), system_scope():
            assert Product.objects.get().title == "Chai, better"
        sandboxes.discard_branch(sandbox)
    finally:
        forget_database(live.active_store.alias)
        own_documents.close(live)
