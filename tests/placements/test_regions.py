"""A store pinned to a region is there, whole, and nowhere else."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured, SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client

from apps import archive
from apps.archive import delete_files, list_files, write_archive
from apps.common.errors import InvalidInput
from apps.diagnostics.database_health import list_own_databases
from apps.operations.moving.requesting import Target, request_move
from apps.operations.restore import restoring
from apps.operations.restore.restore_store import restore_as_new
from apps.operations.sandboxes import branch_store, discard_branch
from apps.platform.errors import MoveNotPossible
from apps.platform.models import Store, StoreMove
from apps.tenancy.clusters import region_for_data
from apps.tenancy.connections import forget_database
from apps.tenancy.context import NoActiveStore, system_scope, use_store
from tests.checkout.shop import make_goods
from tests.support.databases import close_store, open_store
from tests.support.documents import documents

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.matrix]


@pytest.fixture(params=["folder", "bucket"])
def files(request: Any, settings: Any, region: str, tmp_path: Path) -> str:
    """Where the region's files are; a bucket of Django's own kind stands for everybody's."""
    folder = settings.REGIONS[region]["files"]
    if request.param == "bucket":
        backend = "django.core.files.storage.FileSystemStorage"
        settings.REGIONS[region]["files"] = {"BACKEND": backend, "OPTIONS": {"location": folder}}
    return str(request.param)


@pytest.fixture
def pinned(region: str) -> Iterator[Store]:
    store = open_store(region=region)
    yield store
    forget_database(store.active_store.alias)
    close_store(store)


def test_documents_are_migrated_past_a_region_that_does_not_answer(
    region: str, settings: Any
) -> None:
    alias = f"documents_{region}"
    dead = {"HOST": "mongodb://127.0.0.1:1/?directConnection=true&serverSelectionTimeoutMS=100"}
    settings.DATABASES["documents_adead"] = {**settings.DATABASES[alias], **dead}
    settings.REGIONS["adead"] = settings.REGIONS[region]
    try:
        with pytest.raises(CommandError, match=r"^documents_adead: [^;]+$"):
            call_command("migrate_documents", verbosity=0)
    finally:
        del settings.DATABASES["documents_adead"]
        forget_database("documents_adead")
    assert "products" in documents(alias).unscoped_database.list_collection_names()


def test_development_documents_are_not_emptied_where_a_region_s_are(
    region: str, settings: Any
) -> None:
    settings.MONGODB_DEV_IS_FALLBACK = False
    development = connections["documents_dev"].settings_dict
    alias = f"documents_{region}"
    settings.DATABASES[alias] = {**settings.DATABASES[alias], "NAME": development["NAME"]}
    with pytest.raises(CommandError, match=f"region of {alias}"):
        call_command("reset_development_documents", "--yes")


def test_nothing_of_a_pinned_store_is_written_elsewhere(
    pinned: Store, region: str, files: str, tmp_path: Path
) -> None:
    with use_store(pinned), system_scope():
        assert pinned.active_store.alias == f"cluster_{region}"
        documents().get_collection("notes").insert_one({"text": "here"})
        name = default_storage.save("picture.txt", ContentFile(b"here"))
        assert documents().get_collection("notes").count_documents({}) == 1
    key = pinned.id.hex
    there = documents(f"documents_{region}").unscoped_database
    assert there["notes"].count_documents({"store": key}) == 1
    main = documents().unscoped_database
    for collection in main.list_collection_names():
        assert main[collection].count_documents({"store": key}) == 0, collection
    assert (tmp_path / "eu" / "stores" / str(pinned.id) / name).exists()
    assert not list((tmp_path / "main").rglob("*"))


def test_files_of_a_region_are_handed_out_listed_and_deleted(
    pinned: Store, files: str, tmp_path: Path, client_for: Callable[[Any], Client]
) -> None:
    with use_store(pinned), system_scope():
        first = default_storage.save("products/a.txt", ContentFile(b"here"))
        second = default_storage.save("products/a.txt", ContentFile(b"there"))
        assert (first, default_storage.size(first)) == ("products/a.txt", 4)
        assert second.startswith("products/a_")
        assert sorted(list_files()) == sorted([first, second])
        assert default_storage.exists(second)
        assert default_storage.get_modified_time(second) is not None
        for name in ("../x.txt", "products/../../x.txt", "/etc/passwd"):
            with pytest.raises(SuspiciousFileOperation):
                default_storage.save(name, ContentFile(b"x"))
            with pytest.raises(SuspiciousFileOperation):
                default_storage.open(name)
    answer = client_for(pinned).get(f"/media/{second}")
    assert answer.getvalue() == b"there"
    assert client_for(pinned).get("/media/products/none.txt").status_code == 404
    assert client_for(pinned).get("/media/%2e%2e/x.txt").status_code == 404
    before = archive.fingerprint_store(pinned, parts=["files"])
    copy = BytesIO()
    write_archive(pinned, copy)
    with use_store(pinned), system_scope():
        assert delete_files() == 2
        assert list(list_files()) == []
    restoring.restore_archive(copy, pinned, replace=True)
    assert archive.fingerprint_store(pinned, parts=["files"]) == before
    assert not list((tmp_path / "main").rglob("*"))


def test_a_region_that_is_gone_is_an_error_and_not_another_place(
    pinned: Store, region: str, settings: Any
) -> None:
    forget_database(f"documents_{region}")
    gone = settings.DATABASES.pop(f"documents_{region}")
    regions, settings.REGIONS = settings.REGIONS, {}
    try:
        with use_store(pinned), system_scope():
            with pytest.raises(NoActiveStore):
                documents().get_collection("notes")
            with pytest.raises(ImproperlyConfigured):
                default_storage.save("picture.txt", ContentFile(b"x"))
    finally:
        settings.REGIONS = regions
        settings.DATABASES[f"documents_{region}"] = gone


def test_collections_and_indexes_are_made_at_the_opening(pinned: Store, region: str) -> None:
    with use_store(pinned):
        indexes = documents().get_collection("products").index_information()
    assert len(indexes) > 1
    told = {one.alias for one in list_own_databases()}
    assert {f"documents_{region}", f"cluster_{region}"} <= told


def test_a_pinned_store_is_not_moved_out_of_its_region(pinned: Store, region: str) -> None:
    for target in (Target("shared", "main"), Target("shared", "other")):
        with pytest.raises(MoveNotPossible, match=f"pinned to the region {region}"):
            request_move(store=pinned, target=target, start=False)
        with pytest.raises(CommandError, match=f"pinned to the region {region}"):
            call_command("move_store", pinned.slug, "--to", target.database_type, "--dry-run")
    with pytest.raises(MoveNotPossible, match="already"):
        request_move(store=pinned, target=Target("shared", region), start=False)
    own = Target("postgresql", "", {"host": "x"})  # the merchant's own choice
    StoreMove.objects.filter(pk=request_move(store=pinned, target=own, start=False).pk).delete()


def test_a_sandbox_and_a_copy_of_a_backup_stay_in_the_region(
    pinned: Store, region: str, settings: Any
) -> None:
    with use_store(pinned), system_scope():
        make_goods()
    sandbox = branch_store(pinned, slug=f"{pinned.slug}-b")
    try:
        assert (sandbox.region, sandbox.data_region) == (region, region)
        there = documents(f"documents_{region}").unscoped_database
        assert there["products"].count_documents({"store": sandbox.id.hex}) == 1
    finally:
        discard_branch(sandbox)
    copy = BytesIO()
    write_archive(pinned, copy)
    regions, settings.REGIONS = settings.REGIONS, {}
    with pytest.raises(InvalidInput, match=f"pinned to the region '{region}'"):
        restore_as_new(copy, slug=f"{pinned.slug}-c")
    assert not Store.objects.filter(slug=f"{pinned.slug}-c").exists()
    settings.REGIONS = regions


@pytest.mark.parametrize("missing", ["sql", "documents", "files"])
def test_opening_is_refused_where_the_region_lacks_a_place(settings: Any, missing: str) -> None:
    whole = {"sql": "x", "documents": "x", "files": "x"}
    settings.REGIONS = {"eu": {name: value for name, value in whole.items() if name != missing}}
    with pytest.raises(InvalidInput, match=missing):
        open_store(region="eu")
    assert region_for_data("main") == "main"
    if missing == "documents":
        assert region_for_data("eu", has_own_documents=True) == "eu"
