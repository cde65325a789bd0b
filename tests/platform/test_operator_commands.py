"""What operators can rely on in every command: one sentence for what went wrong, an answer for programs, nothing lost."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command, get_commands
from rich.console import Console

from apps.common.management.command import OperatorCommand
from apps.common.management.console import Watcher
from apps.orders.models import Order
from apps.platform.models import Store, StoreDeletion
from apps.platform.states import StoreStatus
from config.overview import INSTEAD
from tests.checkout.shop import make_cart, make_goods, place
from tests.platform.commands import NOWHERE, json_of, manage, run
from tests.support.acting import seeing_all
from tests.support.databases import ENVIRONMENT

pytestmark = [pytest.mark.matrix, pytest.mark.usefixtures("system_scope")]

ROOT = Path(__file__).resolve().parents[2]
OURS = sorted(name for name, app in get_commands().items() if app.startswith("apps."))


def test_the_help_lists_our_commands_first_with_a_line_each() -> None:
    shown = manage("help").stdout
    assert shown.index("provision_store") < shown.index("Django's own") < shown.index("runserver")
    for name in OURS:
        assert f"    {name} " in shown
    assert "\n    migrate " not in shown


def test_the_help_imports_no_app() -> None:
    code = (
        "import runpy, sys; sys.argv = ['manage.py', 'help']; runpy.run_path('manage.py', run_name='__main__');"
        "print([name for name in sys.modules if name.startswith('apps.')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**ENVIRONMENT, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


# --- servers that are down ---------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        "migrate_platform",
        "backup_store chai --output {tmp}/x.polystore",
        "createsuperuser --noinput --email a@example.com",
    ],
)
def test_a_database_that_is_down_is_one_sentence(command: str, tmp_path: Path) -> None:
    done = manage(*command.format(tmp=tmp_path).split(), DATABASE_URL=NOWHERE)
    assert done.returncode == 1
    said = done.stderr.strip().splitlines()
    assert said[-1].startswith("CommandError: ")
    assert "manage.py databases" in said[-1]
    assert "Traceback" not in done.stderr + done.stdout
    assert "secret-word" not in done.stderr + done.stdout


@pytest.mark.slow
def test_databases_shows_its_table_and_ends_with_1(tmp_path: Path) -> None:
    done = manage("databases", DATABASE_URL=NOWHERE)
    assert done.returncode == 1
    assert "unavailable" in done.stdout
    assert "No answer from platform, default." in done.stdout
    assert "documents" in done.stdout
    assert "Traceback" not in done.stderr
    found = json.loads(manage("databases", "--json", DATABASE_URL=NOWHERE).stdout)
    assert {row["alias"]: row["state"] for row in found["databases"]}["documents"] == "ok"


@pytest.mark.parametrize("command", INSTEAD)
def test_django_commands_that_mislead_say_what_to_use(command: str) -> None:
    done = manage(command, DATABASE_URL=NOWHERE)
    assert done.returncode == 1
    assert "migrate_platform" in done.stderr
    assert "migrate_stores" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_first_administrator_is_made_without_a_false_alarm(transactional_db: None) -> None:
    from django.db import connections

    sql = connections["platform"].settings_dict
    url = f"postgresql://{sql['USER']}:{sql['PASSWORD']}@{sql['HOST']}:{sql['PORT']}/{sql['NAME']}"
    done = manage(
        "createsuperuser",
        "--noinput",
        "--email",
        "first@example.com",
        DATABASE_URL=url,
        DJANGO_SUPERUSER_PASSWORD="a-long-password-1",
    )
    from apps.accounts.models import User

    try:
        assert done.returncode == 0, done.stderr
        assert "unapplied" not in done.stdout + done.stderr
        assert "lacks" not in done.stdout
        assert User.objects.get(email="first@example.com").is_superuser
    finally:
        User.objects.filter(email="first@example.com")._raw_delete("platform")


def test_a_command_that_needs_a_store_says_so(transactional_db: None) -> None:
    done = manage("dumpdata", "orders")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


# --- answers for programs ----------------------------------------------------------------------------------------------


def test_an_error_is_an_answer_too(db: None) -> None:
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("backup_store", "nobody", "--output", "x", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"error": "There is no store 'nobody'."}


def test_the_steps_of_an_upgrade_answer_programs(store: Any) -> None:
    assert json_of("migrate_platform") == {"applied": 0, "plans": 0}
    assert json_of("migrate_platform", "--dry-run") == {"pending": []}
    assert json_of("migrate_documents", "--dry-run")["databases"]["documents"] == []
    assert json_of("build_template")["tables"] > 30
    plan = json_of("migrate_stores", "--dry-run")
    assert (plan["behind"], plan["total"]) == ([], Store.objects.count())


def test_opening_a_store_answers_programs(db: None) -> None:
    opened = json_of("provision_store", "tea-house", "--state", "KA")
    assert opened["url"] == "http://tea-house.localhost:8000/"
    assert opened["slug"] == "tea-house"
    assert opened["tables"] > 30
    assert opened["lacks"] == []


def test_the_ledger_answers_programs(store: Any) -> None:
    assert json_of("check_ledger", store.slug) == {"stores": 1, "findings": []}


@pytest.mark.django_db(transaction=True)
def test_archives_answer_programs(throwaway_store: Any, tmp_path: Path) -> None:
    file = tmp_path / "one.polystore"
    written = json_of("backup_store", throwaway_store.slug, "--output", str(file))
    assert (written["file"], written["store"]) == (str(file), throwaway_store.slug)
    assert written["bytes"] == file.stat().st_size
    (read,) = json_of("verify_backup", str(file))["archives"]
    assert read["rows"] == written["rows"]
    replaced = json_of(
        "restore_store", str(file), "--replace", throwaway_store.slug, "--yes", "--no-keep"
    )
    assert (replaced["store"], replaced["kept"]) == (throwaway_store.slug, None)


# --- nothing is written over, or closed, without a word ----------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_an_archive_is_not_written_over(throwaway_store: Any, tmp_path: Path) -> None:
    file = tmp_path / "one.polystore"
    command = ("backup_store", throwaway_store.slug, "--only", "documents", "--output", str(file))
    file.write_text("last month's")
    with pytest.raises(CommandError, match="exists already"):
        run(*command)
    assert file.read_text() == "last month's"
    run(*command, "--overwrite")
    assert "whole" in run("verify_backup", str(file))


def test_a_schema_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "schema.sql"
    command = ("extract_schema", "--dialect", "mysql", "--output", str(file))
    assert "tables" in run(*command)
    file.write_text("mine")
    with pytest.raises(CommandError, match="exists already"):
        run(*command)
    assert file.read_text() == "mine"
    assert "tables" in run(*command, "--overwrite")
    assert json_of("extract_schema", "--dialect", "mysql")["sql"].startswith("-- The tables")


@pytest.mark.django_db(transaction=True)
def test_deleting_asks_and_says_what_is_open(
    throwaway_store: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BACKUP_DIR = tmp_path / "exports"
    slug = throwaway_store.slug
    with seeing_all(throwaway_store):
        place(make_cart(make_goods()))
        assert Order.objects.count() == 1
    with pytest.raises(CommandError, match="add --yes"):
        run("delete_store", slug)
    monkeypatch.setattr(OperatorCommand, "has_bars", False)
    monkeypatch.setattr("apps.common.management.command.is_terminal", lambda stream: True)
    for typed in ("", "yes", slug.upper() + "x"):
        monkeypatch.setattr("builtins.input", lambda question, typed=typed: typed)
        with pytest.raises(CommandError, match="Nothing was changed"):
            run("delete_store", slug)
    throwaway_store.refresh_from_db()
    assert throwaway_store.status == StoreStatus.ACTIVE
    assert not StoreDeletion.objects.exists()

    monkeypatch.setattr("builtins.input", lambda question: slug)
    said = run("delete_store", slug)
    assert "1 order is open" in said
    assert "closes at once" in said
    throwaway_store.refresh_from_db()
    assert throwaway_store.status == StoreStatus.ARCHIVED
    assert "--confirm" in run("delete_store", slug)  # the second time nothing is left to ask
    run("delete_store", slug, "--cancel")


# --- words -------------------------------------------------------------------------------------------------------------


def test_a_plan_without_news_says_so(store: Any, other_store: Any) -> None:
    count = Store.objects.count()
    assert f"{count} stores, all up to date." in run("migrate_stores", "--dry-run")
    assert "1 store, all up to date." in run("migrate_stores", "alpha", "--dry-run")
    Store.objects.filter(pk=store.pk).update(schema_version="old")
    said = run("migrate_stores", "alpha", "beta", "--dry-run")
    assert "behind alpha" in said
    assert "1 of 2 stores would be visited" in said


def test_stores_are_named_as_in_every_other_command(store: Any, other_store: Any) -> None:
    visited = json_of("migrate_stores", "alpha", "beta")["stores"]
    assert sorted(one["store"] for one in visited) == ["alpha", "beta"]
    with pytest.raises(CommandError, match="no store 'nosuch'"):
        run("migrate_stores", "nosuch")


def test_models_are_shown_on_demand(db: None) -> None:
    assert "orders_order" not in run("databases")
    assert "orders_order" in run("databases", "--models")


def test_checking_nothing_names_the_options(db: None) -> None:
    with pytest.raises(CommandError) as refused:
        run("check_connection")
    for word in ("--database-type", "--config FILE", "postgresql"):
        assert word in str(refused.value)


def test_an_opened_store_says_how_to_get_a_login(db: None) -> None:
    assert "manage.py create_login tea-house EMAIL --role owner" in run(
        "provision_store", "tea-house"
    )


def test_progress_in_a_pipe_is_a_line_for_each_kind_of_work() -> None:
    out = StringIO()
    with Watcher("tea", Console(file=out, width=200), quiet=False, bar=False) as watch:
        for number in range(40):
            watch(number / 100, f"Writing table_{number}")
        watch(0.9, "Checking the copy")
        watch(0.95, "Checking the counts")
    assert len(out.getvalue().splitlines()) == 2


def test_the_demo_says_where_its_passwords_are(
    db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("apps.demo.management.commands.load_demo.load_demo", lambda **_: [])
    for name in ("ADMIN_EMAIL", "ADMIN_PASSWORD", "DEMO_PASSWORD"):
        monkeypatch.setenv(name, "a-word")
    monkeypatch.setenv("POLYSTORE_LOCAL", str(tmp_path))
    for _ in range(2):
        said = run("load_demo")
        assert "DEMO_PASSWORD" in said
        assert str(tmp_path / "demo.json") in said
        assert "a-word" not in said
    assert (tmp_path / "demo.json").stat().st_mode & 0o077 == 0
