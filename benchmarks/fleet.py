"""Many stores on one cluster: does the thousandth open as fast as the first, and what does a release cost?

`make bench ARGS="--only fleet"` opens 1,000 real stores in a database of its own and drops it at the end (some ten
minutes and 5 GB meanwhile; `--stores 100` for less).
"""

import secrets
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections, transaction

from apps.placements.release import migration_graph, template
from apps.platform.models import Store
from apps.platform.selectors import forget_addresses, get_store_by_host
from apps.provisioning.services.migrating import migrate_stores, survey_backlog
from apps.tenancy.context import system_scope, use_store
from benchmarks.lines import Line
from benchmarks.shop import open_store

FEW, ROUNDS = 10, 15
APP, TABLE = "orders", "orders_order"
RELEASE = """
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("{app}", "{after}")]
    operations = [
        migrations.AddField("order", "bench_note", models.CharField(max_length=20, db_default="")),
        migrations.AddField("order", "bench_at", models.DateTimeField(null=True)),
    ]
"""


def measure_fleet(count: int, tell: Callable[[str], None] = lambda text: None) -> list[Line]:
    """All figures of the fleet; `tell` is told how far it is."""
    with system_scope("benchmark"), _database_of_its_own() as full:
        with _database_of_its_own() as small:
            _fill(small, FEW, tell)
            _fill(full, count, tell)
            tell("Opening and finding, in turns among few and among all")
            lines = _compare(small, full, count)
        _point_at(full)
        lines.append(_measure_size())
        tell("migrate_stores, nothing to do")
        lines.append(_measure_nothing_to_do())
        tell("migrate_stores, an additive change")
        lines.append(_measure_additive())
    return lines


def _fill(database: str, count: int, tell: Callable[[str], None]) -> None:
    """Real stores, opened as any other."""
    _point_at(database)
    for command in ("migrate_platform", "build_template"):
        call_command(command, verbosity=0)
    for number in range(count):
        _store, seconds = open_store(f"fleet-{number}")
        if number % 50 == 0:
            tell(f"{number} stores are open, the last took {seconds:.2f} s")


def _compare(small: str, full: str, count: int) -> list[Line]:
    """In turns: the machine's other work then slows both alike."""
    opening: dict[str, list[float]] = {small: [], full: []}
    finding: dict[str, list[float]] = {small: [], full: []}
    for number in range(ROUNDS):
        for database in (small, full):
            _point_at(database)
            get_store_by_host("warm-up.localhost")
            opening[database].append(open_store(f"turn-{number}")[1])
            finding[database].append(_time_finding())
    few, many = (statistics.median(opening[database]) for database in (small, full))
    found, among_many = (min(finding[database]) for database in (small, full))
    return [
        Line(
            f"open a store beside {count:,} others",
            f"{many:.3f} s",
            f"beside {FEW}: {few:.3f} s",
            many / few,
            "<= 1.5",
            many / few <= 1.5,
        ),
        Line(
            f"find a store by its host among {count:,}",
            f"{among_many * 1e3:.2f} ms",
            f"among {FEW}: {found * 1e3:.2f} ms",
            among_many / found,
            "<= 1.3",
            among_many / found <= 1.3,
        ),
    ]


def _measure_size() -> Line:
    stores = Store.objects.count()
    with connections["platform"].cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database()), count(*) FROM pg_class")
        size, objects = cursor.fetchone()
    megabytes = f"{size / stores / 2**20:.1f} MiB"
    return Line("a store at rest", megabytes, f"{objects // stores} objects", 1.0, "", True)


def _time_finding(times: int = 40) -> float:
    """With nothing remembered in this process or the shared cache: the database answers."""
    taken = []
    for _ in range(times):
        forget_addresses()
        cache.clear()
        started = time.perf_counter()
        assert get_store_by_host(f"fleet-3.{settings.STORE_DOMAIN}") is not None
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def _measure_nothing_to_do() -> Line:
    count = Store.objects.count()
    started = time.perf_counter()
    assert list(migrate_stores()) == []
    spent = (time.perf_counter() - started) / count
    goal = 0.002
    return Line(
        f"migrate_stores, {count:,} stores, nothing to do",
        f"{spent * 1000:.2f} ms a store",
        f"goal {goal * 1000:.0f} ms",
        spent / goal,
        "<= 1",
        spent <= goal,
    )


def _measure_additive() -> Line:
    """Two columns on the table of orders, against the bare ALTER TABLE in a transaction of its own."""
    count = Store.objects.count()
    with _release():
        started = time.perf_counter()
        template.build_template()
        built = time.perf_counter() - started
        started = time.perf_counter()
        done = list(migrate_stores())
        spent = (time.perf_counter() - started) / count
        assert len(done) == count
        assert not any(each.error for each in done), done[:3]
        assert survey_backlog().stores == []
    bare = _time_bare_change()
    goal = 0.05
    return Line(
        f"migrate_stores, {count:,} stores, an additive change (and {built:.1f} s for the template)",
        f"{spent * 1000:.1f} ms a store",
        f"bare SQL {bare * 1000:.1f} ms; goal {goal * 1000:.0f} ms",
        spent / goal,
        "<= 1",
        spent <= goal,
    )


def _time_bare_change() -> float:
    taken = []
    for store in Store.objects.order_by("-created_at")[:50]:
        with use_store(store.active_store), connections["default"].cursor() as cursor:
            started = time.perf_counter()
            with transaction.atomic():
                cursor.execute(
                    f"ALTER TABLE {TABLE} ADD COLUMN bare_note varchar(20) DEFAULT '' NOT NULL, "
                    "ADD COLUMN bare_at timestamptz NULL"
                )
            taken.append(time.perf_counter() - started)
    return statistics.median(taken)


@contextmanager
def _release() -> Iterator[None]:
    """In this block the code has one migration more."""
    original = Path(import_module(f"apps.{APP}.migrations").__path__[0])
    before = settings.MIGRATION_MODULES
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "bench_release"
        shutil.copytree(original, package, ignore=shutil.ignore_patterns("__pycache__"))
        last = max(path.stem for path in package.glob("0*.py"))
        source = RELEASE.format(app=APP, after=last)
        (package / f"{int(last[:4]) + 1:04d}_bench.py").write_text(source)
        settings.MIGRATION_MODULES = {**before, APP: package.name}
        sys.path.insert(0, folder)
        migration_graph.forget_graph()
        try:
            yield
        finally:
            settings.MIGRATION_MODULES = before
            sys.path.remove(folder)
            migration_graph.forget_graph()


@contextmanager
def _database_of_its_own() -> Iterator[str]:
    """A thousand schemas are dropped with their database in a moment, one by one in minutes."""
    name = f"bench_fleet_{secrets.token_hex(4)}"
    usual = connections["platform"].settings_dict["NAME"]
    with connections["platform"].cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        yield name
    finally:
        _point_at(usual)
        with connections["platform"].cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _point_at(name: str) -> None:
    for alias in ("platform", "default"):
        connection: Any = connections[alias]
        connection.close()
        connection.close_pool()
        connection.settings_dict["NAME"] = name
    forget_addresses()
