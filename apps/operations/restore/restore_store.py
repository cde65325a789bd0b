"""Restores an archive into a new store, or over the store that it was written from. Every step can be repeated."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext

from apps.archive import registry, schema
from apps.archive.errors import ArchiveNotFitting
from apps.archive.manifest import REGISTRY, SQL, Manifest
from apps.archive.reading import Contents, verify_archive
from apps.common.errors import Conflict, InvalidInput
from apps.common.progress import Progress, ignore_progress
from apps.operations.backup.backup_store import backup_store, free_path
from apps.operations.restore import restore_progress, restore_schema
from apps.operations.restore.restoring import is_under_way, restore_archive
from apps.operations.store_locks import exclusive_store_operation, require_unpaused
from apps.placements.kinds import placement_of
from apps.placements.own_documents import make_collections
from apps.placements.release.template import graph_version
from apps.platform import selectors
from apps.platform.auditing import note
from apps.platform.errors import PlacementOccupied, StoreNotFound
from apps.platform.models import DatabaseType, Plan, ProvisioningJob, Store
from apps.platform.services.stores import forget_addresses_on_commit
from apps.platform.states import StoreStatus
from apps.provisioning.services.opening import choose_placement, register_store
from apps.provisioning.steps import save_connection, test_places
from apps.tenancy.aliases import MAIN
from apps.tenancy.applied import MIGRATIONS_TABLE
from apps.tenancy.clusters import region_for_data
from apps.tenancy.context import outside_store, use_store
from apps.tenancy.transactions import atomic_on_platform

RegistryRows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class RestoreTarget:
    """Options of a new store that replace the archive's. `config` is the placement's configuration; without a `region`
    the store stays in its old one."""

    name: str = ""
    owner: Any = None
    plan: Plan | str | None = None
    host: str = ""
    database_type: str = DatabaseType.SHARED
    config: Mapping[str, Any] | None = None
    region: str = ""


def restore_as_new(
    source: BinaryIO,
    *,
    slug: str,
    watch: Progress | None = None,
    unlock: str | None = None,
    opening: RestoreTarget | None = None,
) -> Store:
    """Open a new store with an archive's contents: its own id and address, documents with its key. Its tables are made
    where `opening` says, on the shared cluster unless it does.

    The archive is verified first. An interrupted run is continued; an open store is never changed. A pinned store is
    restored in its region; raises `InvalidInput` if this platform does not have that region.
    """
    manifest = _verify(source, unlock)
    _require_sql(manifest)
    how = opening or RestoreTarget()
    if how.database_type != DatabaseType.SHARED and not schema.list_known() <= {
        *manifest.migrations
    }:
        raise ArchiveNotFitting(
            gettext(
                "This archive was written before the last migrations. Open it on the shared cluster, "
                "then move the store."
            )
        )
    facts = read_facts(source, unlock=unlock)
    with outside_store():
        with atomic_on_platform():  # a wrong configuration registers no store
            store = _get_or_register(slug, facts, how)
            store = choose_placement(
                store=store, database_type=how.database_type, config=how.config
            )
        with exclusive_store_operation(store.id, "restored"):
            _require_place(store, watch or ignore_progress)
            _make_place(store, manifest)
            make_collections(store)
            restore_archive(source, store, watch=watch, unlock=unlock, replace=True)
            _finish(store, facts, StoreStatus.ACTIVE)
    return store


def restore_over(
    source: BinaryIO,
    store: Store,
    *,
    watch: Progress | None = None,
    unlock: str | None = None,
    keep: Path | None = None,
    status: str = "",
    reason: str = "",
) -> Path | None:
    """Replace a store's data by an archive's contents, also when its tables are lost.

    The store serves no page during the restore. Afterwards it has the status it had when the archive was written, or
    `status`; `reason` is the reason of a suspension. `keep` is the path where an archive of its current data is written
    first, under another name if that path exists. Returns the written file; None without `keep`, and when an
    interrupted run had written it.
    """
    manifest = _verify(source, unlock)
    facts = read_facts(source, unlock=unlock)
    with outside_store(), exclusive_store_operation(store.id, "restored"):
        _require_settled(store)
        require_unpaused(store)
        begun = is_under_way(store)
        kept = None
        if keep is not None and not begun:
            kept = free_path(keep)
            backup_store(store, kept)
        _close(store)
        if SQL in manifest.parts:
            _make_place(store, manifest)
        make_collections(store)
        restore_archive(source, store, watch=watch, unlock=unlock, replace=True)
        archived = facts.get(Store._meta.db_table, [{}])[0].get("status")
        usual = StoreStatus.SUSPENDED if archived == StoreStatus.SUSPENDED else StoreStatus.ACTIVE
        _finish(store, facts, status or usual, reason)
    return kept


def read_facts(source: BinaryIO, *, unlock: str | None = None) -> RegistryRows:
    """The registry's part of an archive, by table."""
    facts: RegistryRows = {}
    for section in Contents(source, unlock=unlock).sections():
        if section.part == REGISTRY:
            for line in section.lines():
                row = json.loads(line)
                facts.setdefault(row.pop("table"), []).append(row)
            break
    return facts


def _verify(source: BinaryIO, unlock: str | None) -> Manifest:
    """All checks before the first change: the archive is complete, and its migrations are known."""
    manifest = verify_archive(source, unlock=unlock)
    schema.require_known([*manifest.migrations, *manifest.document_migrations])
    return manifest


def _require_sql(manifest: Manifest) -> None:
    if SQL not in manifest.parts:
        raise Conflict(
            gettext("This archive holds only a part of a store; no store can be opened from it.")
        )


def _get_or_register(slug: str, facts: RegistryRows, how: RestoreTarget) -> Store:
    """The new store, or the store that an interrupted run registered: with the status `provisioning` and no job."""
    try:
        store = selectors.get_store(slug)
    except StoreNotFound:
        row = facts[Store._meta.db_table][0]
        plan = Plan.objects.filter(code=facts["platform_plan"][0]["code"], is_active=True).first()
        return register_store(
            name=how.name or row["name"],
            slug=slug,
            owner=how.owner,
            currency=row["currency"],
            country=row["country"],
            language=row["language"],
            time_zone=row["time_zone"],
            plan=how.plan or plan,
            host=how.host,
            region=_region_of(row, how.region),
        )
    began = store.status == StoreStatus.PROVISIONING
    if not began or ProvisioningJob.objects.filter(store=store).exists():
        raise Conflict(
            gettext("There is a store %(slug)s. Choose another short name, or --replace it.")
            % {"slug": f"{slug!r}"}
        )
    return store


def _region_of(row: dict[str, Any], wanted: str) -> str:
    """The region that a store was pinned to, else the requested one. Raises `InvalidInput` for a pinned store whose
    region is missing."""
    pinned = str(row.get("data_region") or MAIN)
    if pinned != MAIN and region_for_data(pinned) == MAIN:
        raise InvalidInput(
            gettext(
                "The archive is of a store pinned to the region %(pinned)s, which this platform does "
                "not have. Name its places in REGIONS first."
            )
            % {"pinned": f"{pinned!r}"}
        )
    if pinned != MAIN and wanted not in ("", pinned):
        raise InvalidInput(
            gettext(
                "The archive is of a store pinned to the region %(pinned)s; it can't be opened in "
                "%(wanted)s."
            )
            % {"pinned": f"{pinned!r}", "wanted": f"{wanted!r}"}
        )
    return wanted or pinned


def _require_settled(store: Store) -> None:
    if store.status in (StoreStatus.PROVISIONING, StoreStatus.DELETING):
        raise Conflict(
            gettext("The store %(slug)s is %(status_display)s.")
            % {"slug": f"{store.slug!r}", "status_display": store.get_status_display()}
        )


def _require_place(store: Store, tell: Progress) -> None:
    """The checks of an opening: the database answers, and is empty or holds the tables of an interrupted run."""
    placement = placement_of(store)
    test_places(store, placement, lambda words: tell(0.0, words))
    found = placement.occupancy()
    if found.is_refused and not is_under_way(store):
        raise PlacementOccupied(found.sentence)


def _make_place(store: Store, manifest: Manifest) -> None:
    """Create the tables as of the archive's migrations; tables of another version, left by an interrupted run, are
    created again."""
    if _applied(store) != set(manifest.migrations):
        restore_schema.drop_place(store)
    restore_schema.make_place(store, manifest.migrations)


def _applied(store: Store) -> set[str]:
    """The migrations of a store's database; empty without tables."""
    if MIGRATIONS_TABLE not in placement_of(store).list_tables():
        return set()
    with use_store(store):
        return set(schema.list_applied())


def _close(store: Store) -> None:
    """Close the store to visitors during the restore."""
    with atomic_on_platform():
        # without a reason, so that its staff stay outside meanwhile
        Store.objects.filter(pk=store.pk).update(status=StoreStatus.SUSPENDED, suspension_reason="")
        forget_addresses_on_commit()


def _finish(store: Store, facts: RegistryRows, status: str, reason: str = "") -> None:
    """Migrate the store to the code's version, restore its registry rows and credentials, and open it."""
    restore_schema.bring_up_to_date(store)
    registry.restore_credentials(store, facts.get(registry.CREDENTIALS, []))
    row = facts.get(Store._meta.db_table, [{}])[0]
    kept: tuple[str, ...] = (
        "theme",
        "is_published",
        "currency",
        "country",
        "language",
        "time_zone",
    )
    if status == StoreStatus.SUSPENDED:
        kept = (*kept, "suspension_reason", "suspended_at")
    fields = {name: row[name] for name in kept if name in row}
    if status == StoreStatus.SUSPENDED and reason:
        fields["suspension_reason"] = reason
        fields.pop("suspended_at", None)  # the registry's own is in the row
    fields |= {"schema_version": graph_version(), "status": status}
    with atomic_on_platform():
        Store.objects.filter(pk=store.pk).update(**fields)
        note("store.restored", store, after={"status": str(status)})
        save_connection(store)
        restore_progress.settle(store)
        forget_addresses_on_commit()
    store.refresh_from_db()
