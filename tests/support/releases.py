"""Playing a release: the code gets new migrations for a while, as files, read by Django as any others."""

import secrets
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module, invalidate_caches
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from apps.placements.release import template
from apps.placements.release.building import create_template_schema
from apps.placements.release.migration_graph import forget_graph
from apps.placements.release.replaying import migrating_lock
from apps.platform.models import Store, StoreTemplate, TemplateStep
from apps.platform.states import StoreStatus
from apps.tenancy.context import outside_store, system_scope, use_store

APP = "checkout"
TABLE = "checkout_checkoutfence"
ADD_COLUMN = """migrations.AddField("checkoutfence", "note", models.CharField(max_length=20, db_default="new"))"""
ADD_TABLE = """migrations.CreateModel("Gift", [
    ("id", models.BigAutoField(primary_key=True)),
    ("text", models.TextField()),
    ("fence", models.ForeignKey("checkout.CheckoutFence", models.CASCADE)),
])"""

_SOURCE = """
from django.db import migrations, models

{helpers}

class Migration(migrations.Migration):
    atomic = {atomic}
    dependencies = [("checkout", "{after}")]
    operations = [
{operations}
    ]
"""


class Release:
    """The migrations of one app, with more of them than the code has."""

    def __init__(self, folder: Path) -> None:
        self.name = f"release_{secrets.token_hex(4)}"
        self.folder = folder / self.name
        original = import_module(f"apps.{APP}.migrations").__path__[0]
        shutil.copytree(original, self.folder, ignore=shutil.ignore_patterns("__pycache__"))
        self.last = max(path.stem for path in self.folder.glob("0*.py"))

    def add(self, *operations: str, name: str = "", helpers: str = "", atomic: bool = True) -> str:
        """Write one more migration; its name."""
        name = f"{int(self.last[:4]) + 1:04d}_{name or 'release'}"
        text = _SOURCE.format(
            helpers=helpers,
            atomic=atomic,
            after=self.last,
            operations=indent(",\n".join(operations), " " * 8),
        )
        (self.folder / f"{name}.py").write_text(text)
        self.last = name
        forget_graph()
        invalidate_caches()
        return name

    @contextmanager
    def running(self) -> Iterator[None]:
        """This block is the code of the release; outside of it, the code of before."""
        with _migrations_of(APP, self.folder):
            yield


@contextmanager
def _migrations_of(app: str, folder: Path) -> Iterator[None]:
    """In this block the app's migrations are those of the folder, whose name is a module's."""
    modules = settings.MIGRATION_MODULES
    settings.MIGRATION_MODULES = {**modules, app: folder.name}
    sys.path.insert(0, str(folder.parent))
    invalidate_caches()
    forget_graph()
    try:
        yield
    finally:
        settings.MIGRATION_MODULES = modules
        sys.path.remove(str(folder.parent))
        for module in [name for name in sys.modules if name.startswith(folder.name)]:
            del sys.modules[module]
        forget_graph()


@contextmanager
def code_before(folder: Path, app: str, migration: str) -> Iterator[None]:
    """This block has the migrations of before this one: those of the app from it on are not there. No other app's may
    depend on them."""
    copied = folder / f"before_{secrets.token_hex(4)}"
    original = Path(import_module(f"apps.{app}.migrations").__path__[0])
    shutil.copytree(original, copied, ignore=shutil.ignore_patterns("__pycache__"))
    for path in copied.glob("0*.py"):
        if path.stem >= migration:
            path.unlink()
    with _migrations_of(app, copied):
        yield


@pytest.fixture
def release(db: None, tmp_path: Path) -> Iterator[Release]:
    """A release in the making. What it records in the master database is deleted where the test commits."""
    with outside_store():
        known = set(StoreTemplate.objects.values_list("pk", flat=True))
        steps = set(TemplateStep.objects.values_list("pk", flat=True))
    yield Release(tmp_path)
    with outside_store():
        StoreTemplate.objects.exclude(pk__in=known).delete()
        TemplateStep.objects.exclude(pk__in=steps).delete()
        if not connections["default"].in_atomic_block:  # the test committed
            create_template_schema(StoreTemplate.objects.order_by("-built_at")[0])
    template._references.clear()
    template.required_shapes.cache_clear()


@contextmanager
def nobody_else() -> Iterator[None]:
    """The stores there are now are left alone: the release is played for those that the block opens."""
    others = list(
        Store.objects.exclude(status=StoreStatus.PROVISIONING).values_list("pk", "status")
    )
    Store.objects.filter(pk__in=[pk for pk, _status in others]).update(
        status=StoreStatus.PROVISIONING
    )
    yield
    for pk, status in others:
        Store.objects.filter(pk=pk).update(status=status)


@contextmanager
def held_by_another(store: Store) -> Iterator[None]:
    """Somebody else, here a thread with connections of its own, migrates this store."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with system_scope("test"), use_store(store), migrating_lock(store.active_store):
            held.set()
            done.wait(60)
        connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(10)
    try:
        yield
    finally:
        done.set()
        thread.join()


CODE = """
def fill(apps, schema_editor):
    fences = apps.get_model("checkout", "CheckoutFence")
    for fence in fences.objects.all():
        fence.request_key = "filled"
        fence.save()
"""


RUN_PYTHON = "migrations.RunPython(fill, migrations.RunPython.noop)"


def rows_of(store: Store, columns: str) -> list[tuple[Any, ...]]:
    with use_store(store), connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {TABLE}")
        return list(cursor.fetchall())
