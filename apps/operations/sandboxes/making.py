"""Creating and discarding a sandbox of a live store. Both can be repeated after a crash."""

import tempfile

import structlog
from django.db import DatabaseError
from django.utils.translation import gettext, gettext_lazy, gettext_noop
from pymongo.errors import PyMongoError

from apps import archive
from apps.archive.writing import ALIASES
from apps.common.errors import Conflict
from apps.common.progress import Progress, ignore_progress
from apps.operations.restore import restore_schema
from apps.operations.restore.caches import forget_cache_of
from apps.operations.restore.restore_store import restore_as_new
from apps.operations.store_locks import exclusive_store_operation
from apps.operations.store_status import archive_store
from apps.placements.own_documents import has_own_documents
from apps.platform import selectors
from apps.platform.auditing import note
from apps.platform.errors import StoreNotFound
from apps.platform.models import Store
from apps.platform.selectors import get_documents_config
from apps.platform.services.integrations import note_documents_config
from apps.platform.services.stores import forget_addresses_on_commit
from apps.platform.states import StoreStatus
from apps.provisioning.services.opening import register_store
from apps.tenancy.aliases import MAIN
from apps.tenancy.connections import forget_database
from apps.tenancy.context import outside_store
from apps.tenancy.transactions import atomic_on_platform

log = structlog.get_logger(__name__)

UNREACHABLE = gettext_lazy(
    "The MongoDB of the live store does not answer, so the sandbox's documents can't be deleted from it. Try again, or leave "
    "them behind: manage.py branch_store --discard --leave-documents."
)
# The largest copy that is held in memory (bytes); larger ones use a temporary file.
IN_MEMORY = 32 * 1024 * 1024


def branch_store(store: Store, *, slug: str, watch: Progress | None = None) -> Store:
    """A copy of the store as of now, with an address of its own. Its tables are on the shared cluster, that of its
    region where it is pinned to one; its documents are where the live store's are (see `describe_places`). The store
    keeps selling during the backup.

    Rows are of one moment; documents and files are no older. Sessions, tokens, credentials and undelivered messages are
    not copied. Raises `Conflict` unless the store is live and the short name free, and `StoreOccupied`
    while the store is being moved, replaced or deleted.
    """
    tell = watch or ignore_progress
    if store.status not in (StoreStatus.ACTIVE, StoreStatus.SUSPENDED):
        raise Conflict(
            gettext("%(name)s is %(status_display)s; it can't be copied now.")
            % {"name": store.name, "status_display": store.get_status_display()}
        )
    if store.is_sandbox:
        raise Conflict(
            gettext("%(name)s is a sandbox itself. Copy the live store.") % {"name": store.name}
        )
    with outside_store(), exclusive_store_operation(store.id, "copied into a sandbox"):
        _get_or_register(store, slug)
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as copy:
            archive.write_archive(store, copy, watch=lambda share, words: tell(share / 2, words))  # type: ignore[arg-type]  # a spooled file is a BinaryIO
            copy.seek(0)
            made = restore_as_new(
                copy,  # type: ignore[arg-type]
                slug=slug,
                watch=lambda share, words: tell(0.5 + share / 2, words),
            )
        note("store.branched", store, after={"sandbox": slug})
        return made


def _get_or_register(store: Store, slug: str) -> Store:
    """The sandbox's row, or the row of an interrupted run: not open yet, and a sandbox of this store."""
    try:
        found = selectors.get_store(slug)
    except StoreNotFound:
        own_documents = get_documents_config(store) if has_own_documents(store) else {}
        with atomic_on_platform():
            found = register_store(
                name=f"{store.name} (sandbox)"[:120],
                slug=slug,
                owner=store.owner,
                currency=store.currency,
                country=store.country,
                language=store.language,
                time_zone=store.time_zone,
                state=store.home_region,
                plan=store.plan,
                region=store.data_region,
                has_own_documents=bool(own_documents),
            )
            found.is_sandbox, found.sandbox_of = True, store
            if own_documents:
                note_documents_config(found, own_documents, is_active=False)
            found.save(update_fields=["is_sandbox", "sandbox_of", "documents_version"])
        return found
    if found.sandbox_of_id != store.pk or found.status != StoreStatus.PROVISIONING:
        raise Conflict(
            gettext("There is a store %(slug)s already. Choose another short name.")
            % {"slug": f"{slug!r}"}
        )
    return found


def describe_places(live: Store) -> str:
    """Where the data of a sandbox of this store is stored, in a sentence for staff."""
    is_pinned = live.data_region != MAIN
    cluster = gettext("shared cluster")
    if is_pinned:
        cluster = gettext("shared cluster of the region %(region)s") % {"region": live.data_region}
    own = has_own_documents(live)
    documents = gettext("in its own MongoDB") if own else gettext("beside its own")
    return gettext(
        "The tables of %(name)s, with its customers' data, are copied to the platform's "
        "%(cluster)s; documents are copied %(documents)s, files beside its own."
    ) % {"name": live.name, "cluster": cluster, "documents": documents}


def discard_branch(
    sandbox: Store, *, watch: Progress | None = None, leave_documents: bool = False
) -> None:
    """Discard a sandbox with all its data. This can't be undone. Raises `Conflict` for any other store.

    `leave_documents`: where they are in a merchant's MongoDB that does not answer, they stay there.
    """
    tell = watch or ignore_progress
    require_sandbox(sandbox)
    with outside_store(), exclusive_store_operation(sandbox.id, "deleted"):
        if sandbox.status != StoreStatus.PROVISIONING:
            archive_store(store=sandbox)
        tell(0.1, gettext_noop("Deleting tables"))
        restore_schema.drop_place(sandbox)
        tell(0.5, gettext_noop("Deleting documents and files"))
        _delete_documents(sandbox, leave=leave_documents)
        with archive.use_store_as_system(sandbox):
            archive.delete_files()
        with atomic_on_platform():
            note("store.sandbox_discarded", sandbox, before={"sandbox": sandbox.slug})
            Store.objects.filter(pk=sandbox.pk, is_sandbox=True).delete()
            forget_addresses_on_commit()
        if has_own_documents(sandbox):
            forget_database(sandbox.active_store.documents_alias)
        forget_cache_of(sandbox.id)
        tell(1.0, gettext_noop("Discarded"))


def _delete_documents(sandbox: Store, *, leave: bool) -> None:
    """In a merchant's MongoDB only the sandbox's documents are deleted; the collections belong to the live store."""
    try:
        with archive.use_store_as_system(sandbox):
            for alias in ALIASES.values():
                archive.delete_documents(alias)
    except (DatabaseError, PyMongoError) as error:
        if not has_own_documents(sandbox):
            raise
        if not leave:
            raise Conflict(UNREACHABLE) from error
        log.warning("The documents of a sandbox were left behind.", store=sandbox.slug)


def require_sandbox(store: Store) -> None:
    """Raise `Conflict` unless the store is a sandbox."""
    if not store.is_sandbox:
        raise Conflict(gettext("%(name)s is a live store, not a sandbox.") % {"name": store.name})
