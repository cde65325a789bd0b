"""The checks of a merchant's MongoDB before a store's documents are placed there. Read-only, over a client of its own."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext
from pymongo import MongoClient
from pymongo.errors import ConfigurationError, OperationFailure, PyMongoError
from pymongo.synchronous.uri_parser import parse_uri

from apps.placements.documents_configuration import client_options, is_encrypted
from apps.placements.own_documents import list_own_collections, owner_of_place, read_mark
from apps.placements.report import Report
from apps.platform.models import Store
from apps.tenancy.addresses import NOT_FOUND, resolve
from apps.tenancy.applied import MIGRATIONS_TABLE
from apps.tenancy.documents.pinning import PinnedPool
from apps.tenancy.errors import HostRefused

OLDEST: Final = (6, 0)
AUTHENTICATION_FAILED: Final = 18
NOT_ALLOWED: Final = 13
SHOWN: Final = 5


def examine_documents(config: Mapping[str, Any], *, store: Store | None = None) -> Report:
    """All findings in the order of the checks; a problem of the connection ends them."""
    report = Report()
    if not _look_at_hosts(config, report):
        return report
    try:
        with _client(config) as client:
            client.admin.command("ping")
            database = client[str(config["database"])]
            names = set(database.list_collection_names())
            report.ok("documents_connection", gettext("The MongoDB accepts the connection."))
            _look_at_tls(config, report)
            _look_at_version(client, report)
            _look_at_contents(database, names, report, store)
            report.measure(lambda: client.admin.command("ping"))
    except PyMongoError as error:
        report.refuse("documents_connection", *_explain(error))
    return report


def holds_store(config: Mapping[str, Any], store: Store) -> bool:
    """Whether this database is marked as the store's. Raises `PyMongoError` when it does not answer."""
    with _client(config) as client:
        return read_mark(client[str(config["database"])]) == store.id.hex


def _client(config: Mapping[str, Any]) -> "MongoClient[dict[str, Any]]":
    return MongoClient(
        str(config["uri"]),
        username=str(config["user"]),
        password=str(config["password"]),
        _pool_class=PinnedPool,
        **client_options(config),
    )


def _look_at_hosts(config: Mapping[str, Any], report: Report) -> bool:
    """Every host of the connection string; a `mongodb+srv://` name is resolved."""
    advice = gettext("Give the public host names of the MongoDB.")
    try:
        for host, port in parse_uri(str(config["uri"]))["nodelist"]:
            resolve(host.strip("[]"), port or 27017)
    except HostRefused as error:
        report.refuse("documents_host", str(error), advice)
        return False
    except (ConfigurationError, PyMongoError):
        report.refuse("documents_host", NOT_FOUND, advice)
        return False
    return True


def _explain(error: PyMongoError) -> tuple[str, str]:
    """The error and its remedy, without the driver's message, which names hosts."""
    if isinstance(error, OperationFailure):
        if error.code == AUTHENTICATION_FAILED:
            return gettext("The MongoDB refuses this user and password."), gettext(
                "Check both, and authSource."
            )
        if error.code == NOT_ALLOWED:
            return gettext("This user may not use this database."), gettext(
                "Give it the role readWrite there."
            )
        return gettext("The MongoDB refused."), gettext("Check its user's privileges.")
    return (
        gettext("The MongoDB can't be reached."),
        gettext(
            "Check hosts and ports, its access list, and TLS (a CA certificate, or tls=false in a network of your own)."
        ),
    )


def _look_at_tls(config: Mapping[str, Any], report: Report) -> None:
    if is_encrypted(config):
        report.ok("documents_tls", gettext("Encrypted, and the server's certificate is verified."))
    else:
        report.warn(
            "documents_tls",
            gettext("The connection to the MongoDB is not encrypted."),
            gettext("Leave tls=false out of the connection string."),
        )


def _look_at_version(client: Any, report: Report) -> None:
    found = tuple(client.server_info()["versionArray"][:2])
    shown = ".".join(map(str, found))
    if found < OLDEST:
        needed = ".".join(map(str, OLDEST))
        report.refuse(
            "documents_version",
            gettext("MongoDB %(shown)s is too old.") % {"shown": shown},
            gettext("%(needed)s is needed.") % {"needed": needed},
        )
    else:
        report.ok("documents_version", gettext("MongoDB %(value)s.") % {"value": shown})


def _look_at_contents(database: Any, names: set[str], report: Report, store: Store | None) -> None:
    """Check that the database is marked for this store (for a sandbox: its live store), or has no collection with a
    store's names."""
    mark = read_mark(database)
    taken = sorted(names & (list_own_collections() | {MIGRATIONS_TABLE}))
    if mark and (store is None or mark != owner_of_place(store).hex):
        text = gettext("This MongoDB database already belongs to another store.")
    elif taken and not mark:
        text = gettext("The database already has collections of these names: %(taken)s.") % {
            "taken": ", ".join(taken[:SHOWN])
        }
    else:
        report.ok("documents_place", gettext("The database is free for the store's documents."))
        return
    report.refuse(
        "documents_place", text, gettext("Name another database in the connection string.")
    )
