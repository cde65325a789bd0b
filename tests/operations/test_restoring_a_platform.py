"""A whole platform is lost and comes back on an empty installation, by the commands an operator types."""

import json
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from apps.archive import read_manifest
from apps.catalog.documents import Product
from apps.orders.models import Order
from apps.platform.models import Store
from tests.operations.traces import forget
from tests.support.acting import seeing_all
from tests.support.databases import open_store
from tests.support.installation import Installation, empty_installation, the_suites_own
from tests.support.trading import trade

pytestmark = [
    pytest.mark.usefixtures("system_scope"),
    pytest.mark.matrix,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(900),
]

# Several commands in one process: starting one takes longer than most of them.
SESSION = """
import io, json
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client
from apps.catalog.documents import Product
from apps.events.models import AuditEntry
from apps.orders.models import Order
from apps.platform.models import Store

def visit(slug):
    store, client = Store.objects.get(slug=slug), Client(headers={"host": f"{slug}.localhost"})
    found = {"status": store.status, "page": client.get("/").status_code}
    with use_store(store):
        path = f"/product/{Product.objects.get().slug}/"
        found["orders"] = [[one.number, one.total_minor] for one in Order.objects.order_by("number")]
        with default_storage.open("products/a/small.txt") as file:
            found["file"] = file.read().decode()
    return json.dumps({**found, "product": client.get(path).content.decode()})

def answer(name, *arguments):
    if name == "visit":
        return visit(*arguments)
    if name == "noted":
        return AuditEntry.objects.filter(action=arguments[0]).values_list("actor_label", flat=True)[0]
    if name == "count":
        return str(Store.objects.count())
    if name == "forget":
        return str(Store.objects.get(slug=arguments[0]).delete())
    said = io.StringIO()
    try:
        call_command(name, *arguments, stdout=said)
    except CommandError as error:
        return f"CommandError: {error}"
    return said.getvalue()

with system_scope("test"):
    print(json.dumps([answer(*command) for command in COMMANDS]))
"""


def sections_of(folder: Path) -> dict[tuple[str, str], Any]:
    """Rows and checksums by file and section. Due work comes and goes, and the audit log has what was done since."""
    found = {}
    for path in sorted(folder.glob("*.polystore")):
        with path.open("rb") as source:
            for name, section in read_manifest(source).sections.items():
                if name not in ("platform:platform_wakeup", "platform:events_auditentry"):
                    found[path.name, name] = section
    return found


@pytest.fixture
def lost(tmp_path: Path, settings: Any, transactional_db: None) -> Any:
    """An installation with the suite's two stores, one that sells and one that was put away."""
    settings.MEDIA_ROOT = tmp_path / "lost/media"
    stores = [open_store(), open_store()]
    for store in stores:
        trade(store)
    Store.objects.filter(pk=stores[1].pk).update(status="archived")
    yield the_suites_own(tmp_path / "lost"), stores
    for store in stores:
        forget(store)


def killed_after(installation: Installation, line: str, *arguments: str) -> None:
    """Begin a command and kill it, as a power cut would, once it has printed a line with these words."""
    process = installation.start(*arguments)
    assert process.stdout is not None
    said = []
    for one in process.stdout:
        said.append(one)
        if line in one:
            process.kill()
            break
    process.stdout.close()
    assert process.wait(30) == -signal.SIGKILL, said


def test_a_platform_comes_back_on_an_empty_installation(lost: Any, tmp_path: Path) -> None:
    installation, [store, _archived] = lost
    backup, again = tmp_path / "backup", tmp_path / "again"
    killed_after(installation, "done   alpha", "backup_platform", "--output", str(backup))
    assert not (backup / "report.json").exists()
    installation.manage("backup_platform", "--output", str(backup))
    assert json.loads((backup / "report.json").read_text())["archives"]
    assert not list(backup.glob(".*"))

    with empty_installation(tmp_path / "new") as new:
        refuses_what_is_wrong(new, backup, tmp_path / "wrong")
        killed_after(new, "done   beta", "restore_platform", str(backup))
        new.manage("restore_platform", str(backup))
        found = answers(
            new,
            ["noted", "platform.restored"],
            ["visit", store.slug],
            ["backup_platform", "--output", str(again)],
            ["restore_platform", str(backup)],
            ["forget", store.slug],
            ["restore_platform", str(backup)],
        )
    assert found.pop(0) == "manage.py restore_platform"
    visited(found[0], store)
    before, after = sections_of(backup), sections_of(again)
    differing = {name: (before.get(name), after.get(name)) for name in before | after}
    differing = {name: pair for name, pair in differing.items() if pair[0] != pair[1]}
    assert not differing, "not one row, document or file differs"
    assert found[2].count("there") == len({file for file, _section in before}), (
        "again: nothing is touched"
    )
    assert found[4] == "CommandError: This platform has stores already; nothing was touched."


def refuses_what_is_wrong(new: Installation, backup: Path, wrong: Path) -> None:
    """Each of them is one line, and leaves a master without a store."""
    [alpha] = [path.name for path in backup.glob("alpha-*.polystore")]
    whole = (backup / alpha).read_bytes()
    cases: dict[str, tuple[str, bytes | None]] = {
        "was changed": (alpha, whole[:900] + bytes([whole[900] ^ 1]) + whole[901:]),
        "was cut off": (alpha, whole[:-9]),
        "is another store's": (alpha, next(backup.glob("beta-*")).read_bytes()),
        "is missing": (alpha, None),
        "is no platform": ("platform.polystore", whole),
    }
    for case, (name, content) in cases.items():
        shutil.copytree(backup, wrong / case)
        (wrong / case / name).unlink()
        if content is not None:
            (wrong / case / name).write_bytes(content)
    folders = [str(wrong / "nowhere"), str(backup / alpha), *(str(wrong / case) for case in cases)]
    found = answers(
        new,
        ["restore_platform", str(backup)],
        ["migrate_platform"],
        *(["restore_platform", folder] for folder in folders),
        ["count"],
    )
    words = (
        "migrate_platform first",
        "",
        "holds no platform.polystore",
        "holds no platform.polystore",
        "damaged",
        "truncated",
        "archive of another store",
        "no archive of the store alpha",
        "archive of a store, not of the platform",
    )
    for said, word in zip(found, words, strict=False):
        assert word in said
        assert said.count("\n") == 0 or not word, "one readable line"
    assert found[-1] == "0"


def answers(installation: Installation, *commands: list[str]) -> list[str]:
    """What each of the commands says, one after the other in one process of the installation."""
    program = f"COMMANDS = {list(commands)!r}\n{SESSION}"
    answered: list[str] = json.loads(installation.run(program).strip().splitlines()[-1])
    return answered


def visited(said: str, store: Any) -> None:
    with seeing_all(store):
        product = Product.objects.get()
        orders = [[order.number, order.total_minor] for order in Order.objects.order_by("number")]
    found = json.loads(said)
    assert (found["status"], found["page"], found["orders"]) == ("active", 200, orders)
    assert orders
    assert product.title in found["product"]
    assert "canary" in found["file"]
