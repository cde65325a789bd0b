"""`manage.py move_store` and `branch_store`, as people and programs call them."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.common.origin import from_command, use_origin
from apps.events.models import AuditEntry
from apps.platform.models import Store, StoreMove
from apps.platform.states import MoveStatus

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("system_scope"),
    pytest.mark.soak,
]


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_dry_run_move_look_and_clean_up(
    throwaway_store: Any, new_database: Callable[[], dict[str, str]], tmp_path: Path
) -> None:
    slug, config = throwaway_store.slug, new_database()
    file = tmp_path / "config.json"
    file.write_text(json.dumps(config))
    looked = run("move_store", slug, "--to", "postgresql", "--config", str(file), "--dry-run")
    assert "This check changes nothing" in looked
    assert not StoreMove.objects.filter(store=throwaway_store).exists()

    with use_origin(lambda: from_command("move_store")):
        said = run("move_store", slug, "--to", "postgresql", "--config", str(file))
    entry = AuditEntry.objects.get(action="store.move_started", target_ref=str(throwaway_store.pk))
    assert entry.actor_label == "manage.py move_store"
    assert "has moved" in said
    assert "the same on both sides" in said
    assert "auth_group_permissions" in said
    assert config["password"] not in looked + said
    assert Store.objects.get(slug=slug).database_name == config["database"]

    told = json.loads(run("move_store", slug, "--json"))
    assert (told["status"], told["keepsSource"]) == ("done", True)
    assert "Would delete" in run("move_store", slug, "--drop-source", "--dry-run")
    assert "Deleted" in run("move_store", slug, "--drop-source")
    with pytest.raises(CommandError, match="no old copy"):
        run("move_store", slug, "--drop-source")


def test_what_is_wrong_is_one_line(throwaway_store: Any, tmp_path: Path) -> None:
    slug = throwaway_store.slug
    with pytest.raises(CommandError, match="no store"):
        run("move_store", "nobody", "--to", "shared")
    with pytest.raises(CommandError, match="already"):
        run("move_store", slug, "--to", "shared")
    with pytest.raises(CommandError, match="no cluster"):
        run("move_store", slug, "--to", "shared:mars")
    with pytest.raises(CommandError, match="can't be read"):
        run("move_store", slug, "--to", "postgresql", "--config", str(tmp_path / "none"))
    with pytest.raises(CommandError, match="no unfinished move"):
        run("move_store", slug, "--resume")
    file = tmp_path / "config.json"
    nowhere = {"host": "127.0.0.1", "port": 9, "database": "x", "user": "x", "password": "hunter2"}
    file.write_text(json.dumps(nowhere))
    with pytest.raises(CommandError, match="--resume") as stopped:
        run("move_store", slug, "--to", "postgresql", "--config", str(file))
    assert "hunter2" not in str(stopped.value)
    assert StoreMove.objects.get(store=throwaway_store).status == MoveStatus.FAILED
    assert "stays at shared cluster main" in run("move_store", slug, "--undo")


def test_a_branch_by_commands(throwaway_store: Any) -> None:
    slug = throwaway_store.slug
    made = json.loads(run("branch_store", slug, "--as", f"{slug}-b", "--json"))
    assert made["slug"] == f"{slug}-b"
    assert "Nothing differs" in run("branch_store", f"{slug}-b", "--compare")
    assert "Published" in run("branch_store", f"{slug}-b", "--publish")
    with pytest.raises(CommandError, match="not a sandbox"):
        run("branch_store", slug, "--discard")
    with pytest.raises(CommandError, match="already"):
        run("branch_store", slug, "--as", f"{slug}-b")
    assert "is gone" in run("branch_store", f"{slug}-b", "--discard")
