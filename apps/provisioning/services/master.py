"""The master database itself: its tables, the schema of extensions, the plans."""

from dataclasses import dataclass

from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from apps.placements.release.migration_graph import is_rewritten
from apps.platform.auditing import note
from apps.platform.models import StoreTemplate
from apps.platform.services.plans import seed_plans
from apps.tenancy.applied import read_applied
from apps.tenancy.backend.scope import EXTENSIONS_SCHEMA
from apps.tenancy.context import outside_store
from apps.tenancy.locks import LockSpace, PlatformLock, locked
from apps.tenancy.routers import PLATFORM


@dataclass(frozen=True)
class MasterState:
    """What `migrate_platform` did."""

    applied: int
    plans: int


def migrate_platform() -> MasterState:
    """Migrate the master database and seed what it needs. Repeatable."""
    with outside_store(), locked(PLATFORM, LockSpace.PLATFORM, PlatformLock.MASTER_MIGRATION):
        with connections[PLATFORM].cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {EXTENSIONS_SCHEMA}")
        before = _count_applied()
        call_command(Migrate(), database=PLATFORM, interactive=False, verbosity=0, skip_checks=True)
        done = MasterState(applied=_count_applied() - before, plans=seed_plans())
        if done.applied or done.plans:
            note("platform.migrated", "platform", after=vars(done))
        return done


def list_pending_migrations() -> list[str]:
    """The migrations the master database lacks, in their order: `platform.0003_store_add_plan`."""
    with outside_store():
        executor = MigrationExecutor(connections[PLATFORM])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def list_unknown_migrations() -> list[str]:
    """Migrations of our apps that the master database has and this code does not, or has with other statements:
    another version made the data. They are compared with the sources that the newest template was built from."""
    with outside_store():
        known = MigrationLoader(None).disk_migrations
        applied = read_applied(PLATFORM)
        recorded = _list_recorded_sources() if applied else {}
    labels = {app for app, _name in known}
    unknown = {
        f"{app}.{name}" for app, name in applied if app in labels and (app, name) not in known
    }
    rewritten = {name for name, source in recorded.items() if is_rewritten(name, source)}
    return sorted(unknown | rewritten)


def _list_recorded_sources() -> dict[str, str]:
    """`app.name` of every migration in the newest template and the hash of its file; empty before the first one."""
    if StoreTemplate._meta.db_table not in connections[PLATFORM].introspection.table_names():
        return {}
    newest = StoreTemplate.objects.order_by("-built_at").values_list("migrations", flat=True)
    return newest.first() or {}


def _count_applied() -> int:
    return len(read_applied(PLATFORM))
