"""The suite on another placement: with `POLYSTORE_TEST_PLACEMENT=postgresql` or `mysql` the store `alpha` and every
throwaway store live on a server outside the shared cluster. `beta` stays on it, so both kinds are met in one run."""

import os
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction

from apps.placements.kinds import placement_of
from apps.placements.release.mysql_marks import mark_of
from apps.tenancy.connections import forget_database
from apps.tenancy.context import use_store
from tests.support.mariadb_server import MariaDB, running_mariadb
from tests.support.servers import Cluster, start_cluster

KIND = os.environ.get("POLYSTORE_TEST_PLACEMENT", "")


class Outside(ABC):
    """Where new stores of the suite get their databases."""

    database_type = ""

    @abstractmethod
    def make_config(self) -> dict[str, Any]:
        """What a store there is opened with."""

    def prepare(self, store: Any, config: dict[str, Any]) -> None:  # noqa: B027  most have nothing
        """Whatever makes the opening faster."""

    def close(self, store: Any) -> None:
        forget_database(store.active_store.alias)


class OutsidePostgreSQL(Outside):
    """One database of another server; each store has its private schema in it."""

    database_type = "postgresql"

    def __init__(self, cluster: Cluster, database: str) -> None:
        self.cluster, self.database = cluster, database

    def make_config(self) -> dict[str, Any]:
        return dict(self.cluster.config_of(self.database))

    def close(self, store: Any) -> None:
        placement_of(store).drop()
        super().close(store)


class OutsideMySQL(Outside):
    """A database each. The first is migrated for real, some ten seconds; the others are copies of its tables."""

    database_type = "mysql"
    COPIED = ("django_migrations", "django_content_type", "auth_permission")

    def __init__(self, server: MariaDB) -> None:
        self.server = server
        self.first: tuple[str, Any] | None = None
        self.recording: list[str] = []

    def make_config(self) -> dict[str, Any]:
        return self.server.make_database()

    def prepare(self, store: Any, config: dict[str, Any]) -> None:
        if self.first is None:
            self.first = (config["database"], store.id)
            return
        model, owner = self.first
        self.recording = self.recording or self._record(model)
        texts = [text.replace(mark_of(owner), mark_of(store.id)) for text in self.recording]
        self.server.run_all(texts, database=config["database"])

    def _record(self, model: str) -> list[str]:
        """The statements that make a copy of a database without the rows of people."""
        listed = "SELECT {}_name FROM information_schema.{}s WHERE {}_schema = %s"
        tables = self.server.run(listed.format("table", "table", "table"), (model,))
        triggers = self.server.run(listed.format("trigger", "trigger", "trigger"), (model,))
        texts = ["SET SESSION foreign_key_checks = 0, sql_mode = 'STRICT_ALL_TABLES'"]
        for (table,) in tables:
            texts.append(self.server.run(f"SHOW CREATE TABLE {model}.{table}")[0][1])
        for table in self.COPIED:
            texts.append(f"INSERT INTO {table} SELECT * FROM {model}.{table}")
        for (trigger,) in triggers:
            text = self.server.run(f"SHOW CREATE TRIGGER {model}.{trigger}")[0][2]
            texts.append(re.sub(r"DEFINER=\S+ ", "", text))
        return texts

    def close(self, store: Any) -> None:
        super().close(store)
        if self.first is None or self.first[0] != store.database_name:
            self.server.drop_database(store.database_name)


active: Outside | None = None


@contextmanager
def outside() -> Iterator[None]:
    """For the length of a run, new stores are placed as the environment says, and `alpha` is one of them."""
    global active
    if not KIND:
        yield
        return
    with _start() as place:
        active = place
        _move_alpha()
        try:
            yield
        finally:
            active = None


@contextmanager
def _start() -> Iterator[Outside]:
    if KIND == "mysql":
        with running_mariadb() as server:
            yield OutsideMySQL(server)
    elif KIND == "postgresql":
        with start_cluster("outside") as cluster, cluster.database() as database:
            yield OutsidePostgreSQL(cluster, database)
    else:
        raise ValueError(f"POLYSTORE_TEST_PLACEMENT={KIND}: postgresql and mysql are known")


def _move_alpha() -> None:
    from apps.platform.models import Store
    from tests.support.databases import STORES, close_store, open_store

    close_store(Store.objects.get(slug="alpha"))
    open_store(**STORES[0])


@contextmanager
def rolled_back(store: Any) -> Iterator[None]:
    """Django's test case opens transactions on the static aliases only; a placed store's needs one of its own."""
    alias = store.active_store.alias
    if alias == "default":
        yield
        return
    with use_store(store):
        connections["default"].ensure_connection()
    block: Any = transaction.atomic(using=alias)
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True, using=alias)
