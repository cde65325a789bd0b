"""A store's documents in a MongoDB of its own: checked, made, used, mended, found dead, and deleted."""

import io
import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client

from apps.archive import fingerprint_store, write_archive
from apps.carts.documents import Cart
from apps.catalog.documents import Product
from apps.common.actor import Actor
from apps.common.errors import Conflict, InvalidInput
from apps.diagnostics.database_indexes import list_index_findings
from apps.operations.deletion.deleting import delete_store, export_for_deletion, request_deletion
from apps.operations.restore.restore_store import restore_over
from apps.placements.documents_configuration import clean_documents_config
from apps.placements.own_documents import MARKS, list_own_collections
from apps.platform import services
from apps.platform.errors import PlacementOccupied, PlacementUnreachable
from apps.platform.models import IntegrationConfig, ProvisioningJob, Store
from apps.platform.selectors import get_documents_config
from apps.platform.states import JobStatus
from apps.provisioning import services as provisioning
from apps.tenancy import addresses
from apps.tenancy.connections import StoreUnreachable, forget_database, known_databases
from apps.tenancy.context import system_scope, use_store
from apps.tenancy.documents.migrating import DocumentMigrations
from apps.tenancy.documents.pinning import connect_to_allowed_address
from tests.checkout.shop import make_cart, make_goods, place
from tests.support import own_documents
from tests.support.acting import seeing_all
from tests.support.documents import documents
from tests.support.own_documents import URI, address, collections_of, opened
from tests.support.proxy import Proxy
from tests.support.visiting import visit

pytestmark = [pytest.mark.matrix, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def name() -> Iterator[str]:
    with own_documents.database() as found:
        yield found


@pytest.fixture
def owned(name: str) -> Iterator[Store]:
    with opened(name) as store:
        yield store


# The connection string


@pytest.mark.parametrize(
    ("given", "uri", "database"),
    [
        ("mongodb+srv://u:p@c.example.com", "mongodb+srv://c.example.com/?tls=true", "polystore"),
        ("mongodb+srv://u:p@c.example.com/shop?retryWrites=true&w=majority",
         "mongodb+srv://c.example.com/shop?retryWrites=true&w=majority&tls=true", "shop"),
        ("mongodb://u:p%40@a.example:1,b.example:2/shop?replicaset=rs0",
         "mongodb://a.example:1,b.example:2/shop?replicaSet=rs0&tls=true", "shop"),
        ("mongodb://u:p@[2606:4700::1]:27017/shop?ssl=false",
         "mongodb://[2606:4700::1]:27017/shop?tls=false", "shop"),
    ],
)  # fmt: skip
def test_what_is_saved_has_no_credentials_in_its_address(
    given: str, uri: str, database: str
) -> None:
    found = clean_documents_config({URI: given})
    assert (found["uri"], found["database"], found["user"]) == (uri, database, "u")
    assert found["password"] in ("p", "p@")


@pytest.mark.parametrize(
    "given",
    [
        "postgresql://u:p@h/x", "mongodb://h/x", "mongodb://u@h/x", "mongodb://u:<db_password>@h/x",
        "mongodb://u:p@%2Ftmp%2Fmongodb-27017.sock/x", "mongodb://u:p@h:0/x", "mongodb://u:p@h:99999/x",
        "mongodb+srv://u:p@h:27017/x", "mongodb+srv://u:p@a,b/x", "mongodb://u:p@h/admin", "mongodb://u:p@h/a.b",
        "mongodb://u:p@h/x?tlsCAFile=/etc/passwd", "mongodb://u:p@h/x?tlsCertificateKeyFile=/x",
        "mongodb://u:p@h/x?tlsInsecure=true", "mongodb://u:p@h/x?tlsAllowInvalidCertificates=true",
        "mongodb://u:p@h/x?proxyHost=10.0.0.1", "mongodb://u:p@h/x?authMechanism=MONGODB-AWS",
        "mongodb://u:p@h/x?w=0", "mongodb://u:p@h/x#y", "mongodb://u:p/w@h/x", "mongodb://u:p@h,h,h,h,h,h,h,h/x",
        "mongodb://u:p@[bad/x", "",
    ],
)  # fmt: skip
def test_strings_that_lead_elsewhere_are_refused_without_being_repeated(given: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        clean_documents_config(
            {URI: given, "documentsCaCertificate": "-----BEGIN CERTIFICATE-----"}
        )
    assert list(caught.value.fields) == [f"config.{URI}"]
    assert given[10:] == "" or given[10:] not in str(caught.value)


def test_a_private_host_is_refused_at_the_look_and_at_every_connection(settings: Any) -> None:
    settings.ALLOW_PRIVATE_DATABASE_HOSTS = False
    report = provisioning.check_connection(database_type="shared", config={URI: address("x")})
    assert [one.check for one in report.problems] == ["documents_host"]
    assert report.problems[0].text == addresses.NOT_PUBLIC
    with pytest.raises(OSError, match="private"):
        connect_to_allowed_address(("127.0.0.1", own_documents.server().port), None)


def test_a_name_that_is_pointed_inside_later_leads_nowhere(
    owned: Store, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was found at the opening: every connection is judged again, the driver's own watching as well."""
    with use_store(owned), system_scope():
        assert Product.objects.count() == 0
    forget_database(owned.active_store.documents_alias)
    reached = []
    real = socket.socket.connect
    monkeypatch.setattr(
        socket.socket, "connect", lambda self, to: (reached.append(to), real(self, to))[1]
    )
    settings.ALLOW_PRIVATE_DATABASE_HOSTS = False
    with use_store(owned), system_scope(), pytest.raises(StoreUnreachable):
        Product.objects.count()
    port = own_documents.server().port
    assert not [to for to in reached if to[1] == port]


# Opening


def test_a_store_sells_with_its_documents_in_its_own_mongodb(
    owned: Store, name: str, client_for: Callable[[Store], Client]
) -> None:
    assert owned.active_store.documents_alias == f"documents_{owned.id.hex}_v1"
    with seeing_all(owned), system_scope():
        goods = make_goods()
        place(make_cart(goods))
        assert Cart.objects.count() == 1
        indexes = documents().get_collection("products").index_information()
    assert len(indexes) > 1
    assert client_for(owned).get(f"/product/{goods.product.slug}/").status_code == 200
    there = collections_of(name)
    assert {one["store"] for one in there["products"]} == {owned.id.hex}
    with own_documents.client() as admin:
        admin[name]["products"].insert_one({"store": "f" * 32, "title": "a stranger's"})
    with use_store(owned), system_scope():
        assert Product.objects.count() == 1
        assert documents().get_collection("products").count_documents({}) == 1
    assert there[MARKS] == [{"_id": "store", "store_id": owned.id.hex}]
    main = documents().unscoped_database
    for collection in main.list_collection_names():
        assert main[collection].count_documents({"store": owned.id.hex}) == 0, collection
    config = IntegrationConfig.objects.get(store=owned, kind=IntegrationConfig.DOCUMENTS)
    assert config.is_active


def test_it_is_listed_measured_and_migrated(owned: Store) -> None:
    out = io.StringIO()
    call_command("databases", "--json", "--store", owned.slug, stdout=out)
    found = {one["alias"]: one for one in json.loads(out.getvalue())["databases"]}
    mine = found[owned.active_store.documents_alias]
    assert (mine["state"], mine["engine"]) == ("ok", "MongoDB")
    out = io.StringIO()
    call_command("migrate_documents", stdout=out)
    assert f"documents of {owned.slug}: up to date" in out.getvalue()


def test_migrating_goes_on_past_a_mongodb_that_is_gone(owned: Store) -> None:
    config = {**get_documents_config(owned), "uri": "mongodb://127.0.0.1:1/x?tls=false"}
    forget_database(owned.active_store.documents_alias)
    services.save_integration(store=owned, kind="documents", config=config)
    with pytest.raises(CommandError, match=f"^documents of {owned.slug}: "):
        call_command("migrate_documents", verbosity=0)


def test_an_index_that_is_missing_there_is_found(owned: Store, name: str) -> None:
    """In a MongoDB of a store's own as in the platform's, and one that is gone is told."""
    alias = owned.active_store.documents_alias
    assert list_tables_lacking_indexes(alias) == set()
    with own_documents.client() as admin:
        admin[name]["products"].drop_indexes()
    assert list_tables_lacking_indexes(alias) == {"products"}
    config = {**get_documents_config(owned), "uri": "mongodb://127.0.0.1:1/x?tls=false"}
    forget_database(alias)
    services.save_integration(store=owned, kind="documents", config=config)
    [gone] = [one for one in list_index_findings(only=owned) if one.alias == alias]
    assert gone.text == "does not answer"


def list_tables_lacking_indexes(alias: str) -> set[str]:
    missing = "missing: manage.py migrate_documents"
    return {one.table for one in list_index_findings() if (one.alias, one.text) == (alias, missing)}


def test_another_store_and_strangers_are_refused_before_anything_is_made(
    owned: Store, name: str, throwaway_store: Store
) -> None:
    before = collections_of(name)
    with pytest.raises(AssertionError, match="belongs to another store"):
        open_and_expect_success(name)
    assert collections_of(name) == before
    with own_documents.database() as taken:
        with own_documents.client() as admin:
            admin[taken]["products"].insert_one({"mine": True})
        with pytest.raises(AssertionError, match="collections of these names: products"):
            open_and_expect_success(taken)
        assert set(collections_of(taken)) == {"products"}
    main = connections["documents"].settings_dict["NAME"]
    with pytest.raises(AssertionError, match="collections of these names"):
        open_and_expect_success(main)


def open_and_expect_success(name: str) -> None:
    with opened(name) as store:
        job = ProvisioningJob.objects.get(store=store)
        assert job.status == JobStatus.SUCCEEDED, job.error


def test_a_stopped_opening_goes_on_with_a_corrected_string(name: str) -> None:
    wrong = address(name, netloc=f"nobody:wrong@127.0.0.1:{own_documents.server().port}")
    job = provisioning.open_store(
        name="Late", slug=f"own-{name[-6:]}", owner=None, currency="INR", country="IN", config={URI: wrong}
    )  # fmt: skip
    provisioning.run_provisioning(job)
    assert job.error == "The MongoDB refuses this user and password. Check both, and authSource."
    provisioning.request_provisioning(store=job.store, config={URI: address(name)}, start=False)
    provisioning.run_provisioning(job)
    assert job.status == JobStatus.SUCCEEDED, job.error
    store = Store.objects.get(pk=job.store_id)
    assert store.active_store.documents_alias.endswith("_v2")
    own_documents.close(store)


def test_an_opening_that_died_between_mark_and_collections_goes_on(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(DocumentMigrations, "apply", lambda self: 1 / 0)
        job = provisioning.open_store(
            name="Half", slug=f"own-{name[-6:]}", owner=None, currency="INR", country="IN",
            config={URI: address(name)},
        )  # fmt: skip
        provisioning.run_provisioning(job)
    assert (job.status, job.current_step) == (JobStatus.FAILED, "collections")
    assert set(collections_of(name)) == {MARKS}
    provisioning.retry_provisioning(job, start=False)
    provisioning.run_provisioning(job)
    assert job.status == JobStatus.SUCCEEDED, job.error
    assert list_own_collections() <= set(collections_of(name))
    own_documents.close(Store.objects.get(pk=job.store_id))


# Afterwards


def test_other_credentials_count_under_another_alias(owned: Store, name: str) -> None:
    with use_store(owned), system_scope():
        make_goods()
    old = owned.active_store.documents_alias
    with own_documents.database() as empty, pytest.raises(PlacementOccupied, match="not in it"):
        provisioning.change_documents_credentials(store=owned, config={URI: address(empty)})
    wrong = address(name, netloc=f"nobody:wrong@127.0.0.1:{own_documents.server().port}")
    with pytest.raises(PlacementUnreachable, match="refuses this user"):
        provisioning.change_documents_credentials(store=owned, config={URI: wrong})
    assert Store.objects.get(pk=owned.pk).active_store.documents_alias == old
    provisioning.change_documents_credentials(store=owned, config={URI: address(name)})
    assert owned.active_store.documents_alias == f"documents_{owned.id.hex}_v2"
    with use_store(owned), system_scope():
        assert Product.objects.count() == 1
    connections.close_all()
    known_databases.get(old).used_at -= 60
    known_databases.close_idle()
    assert known_databases.get(old) is None
    with use_store(owned.active_store), system_scope(), pytest.raises(Conflict):
        provisioning.change_documents_credentials(store=Store(), config={})


def test_a_forked_child_makes_a_client_of_its_own(owned: Store) -> None:
    """Workers are forked: the parent's sockets and watching threads are not the child's."""
    with use_store(owned), system_scope():
        make_goods()
        mine = id(connections["documents"].connection)
        child = os.fork()
        if child == 0:
            code = 1
            with suppress(BaseException):
                code = 0 if Product.objects.count() == 1 else 2
                code = 3 if id(connections["documents"].connection) == mine else code
            os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert Product.objects.count() == 1
        assert id(connections["documents"].connection) == mine


@pytest.mark.matrix
@pytest.mark.parametrize("mode", ["silent", "shut"])
def test_a_dead_mongodb_is_a_page_in_time_and_only_its_own_stores(
    owned: Store,
    other_store: Store,
    name: str,
    mode: str,
    quick: None,
) -> None:
    door = Proxy(("127.0.0.1", own_documents.server().port))
    door.start()
    login = own_documents.server().netloc.rpartition("@")[0]
    through = address(name, netloc=f"{login}@127.0.0.1:{door.port}")
    provisioning.change_documents_credentials(store=owned, config={URI: through})
    assert visit(owned, "/product/x/")[0] == 404
    try:
        door.become(mode)
        first, second = visit(owned, "/product/x/"), visit(owned, "/product/x/")
        assert (first[0], second[0]) == (503, 503)
        assert first[1] < 3
        assert second[1] < 0.6
        assert visit(other_store, "/")[0] == 200
    finally:
        door.become("shut")


def test_a_deleted_store_leaves_nothing_in_its_mongodb(
    owned: Store, name: str, settings: Any, tmp_path: Any
) -> None:
    settings.BACKUP_DIR, settings.MEDIA_ROOT = tmp_path / "exports", tmp_path / "media"
    with use_store(owned), system_scope():
        make_goods()
    with own_documents.client() as admin:
        admin[name]["of_the_merchant"].insert_one({"mine": True})
    request_deletion(store=owned, actor=Actor.system())
    export_for_deletion(store=owned)
    delete_store(store=owned, actor=Actor.system(), typed=owned.slug)
    left = collections_of(name)
    assert set(left) == {"of_the_merchant"}
    assert not list_own_collections() & set(left)


def test_no_store_is_left_behind_by_a_refused_string() -> None:
    with pytest.raises(InvalidInput):
        provisioning.open_store(
            name="x", slug="refused-own", owner=None, currency="INR", country="IN", config={URI: "mongodb://h"}
        )  # fmt: skip
    assert not Store.objects.filter(slug="refused-own").exists()


def test_an_archive_of_it_is_put_back_where_it_was(
    owned: Store, name: str, settings: Any, tmp_path: Any
) -> None:
    """Read there, lost there, back there; nothing of it in the platform's own documents."""
    settings.MEDIA_ROOT = tmp_path
    with use_store(owned), system_scope():
        make_goods()
    before = fingerprint_store(owned)
    copy = BytesIO()
    assert write_archive(owned, copy).sections["documents:products"].rows == 1
    with own_documents.client() as admin:
        for one in collections_of(name):
            admin[name].drop_collection(one)
    restore_over(copy, owned)
    assert fingerprint_store(owned) == before
    with use_store(owned):
        assert len(documents().get_collection("products").index_information()) > 1
    main = documents().unscoped_database
    assert main["products"].count_documents({"store": owned.id.hex}) == 0
