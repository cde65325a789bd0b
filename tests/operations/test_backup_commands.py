"""The operator's commands: what they print, what they refuse, and their exit codes."""

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from apps.archive import PlaceNotEmpty, fingerprint_store, schema, tables
from apps.common.errors import Conflict
from apps.common.progress import ignore_progress
from apps.operations.backup import backup_platform
from apps.operations.backup.backup_master import fingerprint_master, write_master
from apps.operations.backup.backup_platform import backup_everything
from apps.operations.restore import restore_progress
from apps.operations.restore.restore_master import restore_master
from apps.operations.restore.restore_platform import restore_everything
from apps.operations.store_status import change_suspension_reason, reinstate_store, suspend_store
from apps.orders.models import Order
from apps.platform.models import Store
from apps.tenancy.context import use_store
from tests.support.acting import seeing_all
from tests.support.documents import clean_documents
from tests.support.trading import trade

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("system_scope")]


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_DIR = tmp_path / "exports"
    settings.MEDIA_ROOT = tmp_path / "media"


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.mark.matrix
def test_from_a_store_to_a_file_to_a_store_to_nothing(
    throwaway_store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, slug = throwaway_store, throwaway_store.slug
    trade(store)
    monkeypatch.setenv("BACKUP_PASSPHRASE", "correct horse")
    file = tmp_path / "one.polystore"
    said = run("backup_store", slug, "--output", str(file), "--encrypt", "--verify")
    assert "one.polystore" in said
    assert "encrypted" in said
    assert "whole" in run("verify_backup", str(file))

    assert "Restored" in run("restore_store", str(file), "--into", "the-copy")
    copy = Store.objects.get(slug="the-copy")
    with seeing_all(copy):
        assert Order.objects.count() == 1

    said = run("delete_store", "the-copy", "--encrypt", "--yes")
    assert "--confirm the-copy" in said
    with pytest.raises(CommandError, match="written before"):
        run(
            "delete_store",
            "the-copy",
            "--encrypt",
            "--yes",
            "--export-to",
            str(tmp_path / "elsewhere"),
        )
    with pytest.raises(CommandError, match="Type the store's short name"):
        run("delete_store", "the-copy", "--due")
    assert "is deleted" in run("delete_store", "the-copy", "--confirm", "the-copy")
    assert not Store.objects.filter(slug="the-copy").exists()
    assert fingerprint_store(store)["sql:orders_order"][0] == 1


def test_what_can_go_wrong_is_one_line(throwaway_store: Any, tmp_path: Path) -> None:
    slug, file = throwaway_store.slug, tmp_path / "one.polystore"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    run("backup_store", slug, "--output", str(file), "--only", "documents")
    file.write_bytes(file.read_bytes()[:-9])
    for wrong, words in (
        (("backup_store", "nobody", "--output", str(file)), "no store 'nobody'"),
        (("backup_store", slug, "--output", str(file), "--with-credentials"), "encrypted"),
        (("backup_store", slug, "--output", str(file), "--recipient", "zz"), "an age key"),
        (("backup_store", slug, "--output", str(pipe)), "is not a file"),
        (("verify_backup", str(file)), "truncated"),
        (("verify_backup", str(tmp_path / "none")), "can't be read"),
        (("restore_store", str(file), "--replace", slug, "--yes"), "truncated"),
        (("delete_store", slug, "--confirm", slug), "No deletion of this store was requested"),
    ):
        with pytest.raises(CommandError, match=words) as raised:
            run(*wrong)
        assert "\n" not in str(raised.value)


def test_every_archive_is_verified_and_each_bad_one_is_named(
    throwaway_store: Any, tmp_path: Path
) -> None:
    good, bad, none = (str(tmp_path / f"{name}.polystore") for name in ("good", "bad", "none"))
    run("backup_store", throwaway_store.slug, "--output", good, "--only", "documents")
    Path(bad).write_bytes(Path(good).read_bytes()[:-9])
    with pytest.raises(CommandError, match=f"^{bad}: .*truncated"):
        run("verify_backup", bad)
    out = io.StringIO()
    with pytest.raises(CommandError, match="2 of 3 archives were not verified") as raised:
        call_command("verify_backup", bad, none, good, stdout=out)
    assert bad in str(raised.value)
    assert good not in str(raised.value)
    assert f"not verified {bad}: " in out.getvalue()
    assert f"whole {good}: " in out.getvalue()
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("verify_backup", bad, none, good, "--json", stdout=out)
    listed = json.loads(out.getvalue())["archives"]
    assert [("error" in one) for one in listed] == [True, True, False]


def test_a_platforms_backup_goes_on_past_a_broken_store_and_after_a_stop(
    throwaway_store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "monday"
    real = backup_platform.backup_store

    def broken(store: Any, *args: Any, **options: Any) -> Any:
        if store.slug == "alpha":
            raise OSError(28, "No space left on device")
        return real(store, *args, **options)

    monkeypatch.setattr(backup_platform, "backup_store", broken)
    with pytest.raises(CommandError, match="alpha"):
        run("backup_platform", "--output", str(folder))
    assert not (folder / "report.json").exists()
    times = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert any(name.startswith(throwaway_store.slug) for name in times)

    monkeypatch.setattr(backup_platform, "backup_store", real)
    run("backup_platform", "--output", str(folder))
    report = json.loads((folder / "report.json").read_text())
    assert {one["name"] for one in report["archives"]} >= {"platform", "alpha", "beta"}
    for name, moment in times.items():
        assert (folder / name).stat().st_mtime_ns == moment, "what was there is kept"
    with pytest.raises(CommandError, match="finished backup"):
        run("backup_platform", "--output", str(folder))


def test_the_master_comes_back_row_by_row(throwaway_store: Any) -> None:
    suspend_store(store=throwaway_store, reason="A bill is open.")
    source = io.BytesIO()
    write_master(source)
    before = fingerprint_master()
    assert restore_master(source) is False, "it is there already"
    Store.objects.filter(pk=throwaway_store.pk).update(name="Changed since")
    with pytest.raises(PlaceNotEmpty):
        restore_master(source)
    with transaction.atomic(using="platform"):
        tables.empty_tables(schema.list_master_tables(), "platform")
        assert not Store.objects.exists()
        assert restore_master(source) is True
        assert restore_master(source) is False, "its stores are still to come"
        waiting = restore_progress.list_pending()
        assert set(Store.objects.values_list("status", flat=True)) == {"suspended"}
        assert waiting[throwaway_store.pk].reason == "A bill is open."
        for store in Store.objects.all():
            assert not store.active_store.is_suspended, "its staff stay outside as well"
            for open_it in (reinstate_store, suspend_store, change_suspension_reason):
                with pytest.raises(Conflict, match="is not restored yet"):
                    open_it(store=store, reason="Too early.")
            was = waiting[store.pk]
            Store.objects.filter(pk=store.pk).update(
                status=was.status, suspension_reason=was.reason
            )
            restore_progress.settle(store)
        assert not restore_progress.list_pending()
        assert fingerprint_master() == before
        transaction.set_rollback(True, using="platform")
    assert Store.objects.get(pk=throwaway_store.pk).name == "Changed since"


@pytest.mark.matrix
def test_a_lost_store_comes_back_under_its_own_id(throwaway_store: Any, tmp_path: Path) -> None:
    store = throwaway_store
    trade(store)
    before = fingerprint_store(store)
    for _outcome in backup_everything(
        tmp_path / "all", _watching, parts=["sql", "documents", "files", "platform"]
    ):
        pass
    clean_documents(store)
    close_store_tables(store)
    outcomes = {one.name: one for one in restore_everything(tmp_path / "all", _watching)}
    assert outcomes["alpha"].skipped
    assert not outcomes[store.slug].error
    assert fingerprint_store(store) == before


def close_store_tables(store: Any) -> None:
    from apps.operations.restore.restore_schema import drop_place

    drop_place(store)


def _watching(name: str) -> Any:
    from contextlib import nullcontext

    return nullcontext(ignore_progress)


def test_a_store_whose_restore_was_cut_off_is_not_opened_by_hand(throwaway_store: Any) -> None:
    """Neither to buyers nor, with a reason to read, to its staff."""
    store = throwaway_store
    Store.objects.filter(pk=store.pk).update(status="suspended", suspension_reason="")
    with use_store(store), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE polystore_restore_marker (archive varchar(80))")
    for open_it in (reinstate_store, suspend_store, change_suspension_reason):
        with pytest.raises(Conflict, match="Repeat restore_store first"):
            open_it(store=store, reason="Too early.")
    with use_store(store), connection.cursor() as cursor:
        cursor.execute("DROP TABLE polystore_restore_marker")
    assert reinstate_store(store=store).status == "active"
