"""Supabase: an existing project by its connection string, or a new one created through the Management API.

Nothing is stored in `public`, which Supabase serves to browsers through its data API: the tables are in a schema of
the store's own, as on every PostgreSQL.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar, Final

from django.conf import settings
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from apps.common.errors import InvalidInput
from apps.placements.configuration import CERTIFICATE, PASSWORD, STRING, ConfigField, parse_fields
from apps.placements.postgresql import ENCRYPTING, OwnPostgreSQL
from apps.placements.report import Report
from apps.placements.supabase_api import Project, SupabaseApi
from apps.platform.crypto import Sealed
from apps.platform.errors import PlacementUnreachable, SupabaseRefused, SupabaseUnavailable
from apps.platform.models import DatabaseType
from apps.tenancy.context import ActiveStore

HOSTED: Final = (".supabase.co", ".supabase.com")
POOLER: Final = ".pooler.supabase.com"
SESSION_PORT: Final = 5432
SSLMODE: Final = "require"
LOOKS: Final = 4
DEAD: Final = ("INIT_FAILED", "REMOVED", "GOING_DOWN")

TOKEN: Final = ConfigField(
    "accessToken",
    gettext_lazy("Access token"),
    help=gettext_lazy(
        "A personal access token of Supabase. It is deleted once the project exists."
    ),
    required=True,
    secret=True,
)
ORGANIZATION: Final = ConfigField(
    "organization",
    gettext_lazy("Organization"),
    help=gettext_lazy("Its short name in Supabase's address."),
    required=True,
)
REGION: Final = ConfigField(
    "region", gettext_lazy("Region"), help=gettext_lazy("For example ap-south-1."), required=True
)
PROJECT_FIELDS: Final = (TOKEN, ORGANIZATION, REGION)

UNFINISHED: Final = gettext_lazy(
    "Supabase has not finished creating the project. Try again in a few minutes to continue."
)


class Supabase(OwnPostgreSQL):
    """Like a PostgreSQL of the store's own; `prepare` creates the project if that was requested."""

    database_type: ClassVar[str] = DatabaseType.SUPABASE
    fields: ClassVar[tuple[ConfigField, ...]] = (
        replace(
            STRING,
            help=gettext_lazy("Project settings, Database: direct, or the session pooler (5432)."),
        ),
        replace(
            PASSWORD, help=gettext_lazy("If it is not in the connection string."), required=False
        ),
        CERTIFICATE,
        *PROJECT_FIELDS,
    )

    @classmethod
    def clean_config(cls, config: Mapping[str, Any]) -> dict[str, Any]:
        if any(config.get(field.name) for field in PROJECT_FIELDS):
            given = {name: value for name, value in config.items() if value not in ("", None)}
            return dict(parse_fields(PROJECT_FIELDS, given))
        known = {name: value for name, value in config.items() if name not in _project_names()}
        values = super().clean_config(known)
        _check_hosted(values)
        return values

    @classmethod
    def merge_config(cls, saved: Mapping[str, Any], cleaned: dict[str, Any]) -> dict[str, Any]:
        """A repeated request for a project of the same organization continues the first one."""
        old = dict(saved)
        same = "accessToken" in cleaned and all(
            old.get(name) == cleaned[name] for name in ("organization", "region")
        )
        if not same:
            return cleaned
        return {**old, **(cleaned if "accessToken" in old else {})}

    @classmethod
    def preflight(cls, config: Mapping[str, Any], *, store: ActiveStore | None = None) -> Report:
        if "accessToken" not in config:
            return super().preflight(config, store=store)
        report = Report()
        try:
            SupabaseApi(config["accessToken"]).list_projects()
        except (SupabaseRefused, SupabaseUnavailable) as error:
            report.refuse(
                "connection", str(error), gettext("Make a new token in your account's settings.")
            )
            return report
        report.ok(
            "connection",
            gettext(
                "Supabase accepts the access token; the project is created when the store is opened."
            ),
        )
        return report

    def prepare(self, tell: Callable[[str], None]) -> None:
        config = dict(self.config)
        if "accessToken" not in config:
            return
        config.setdefault("password", secrets.token_urlsafe(24))
        api = SupabaseApi(config["accessToken"])
        tell(gettext_noop("Requesting a project from Supabase"))
        project = self._find_or_create(api, config)
        if config.get("projectRef") != project.ref:
            config["projectRef"] = project.ref
            self._save(config)
        tell(gettext_noop("Supabase is creating the project"))
        pooler = self._wait(api, project)
        self._save(_connection(config, project, pooler))

    def _find_or_create(self, api: SupabaseApi, config: dict[str, Any]) -> Project:
        """The project of this store, requested by this run or by one that was interrupted."""
        # a request without an answer may still create a project: look several times before the next request
        for turn in range(LOOKS if config.get("asked") else 1):
            if turn:
                time.sleep(settings.SUPABASE_POLL_SECONDS)
            found = [row for row in api.list_projects() if self._is_mine(row, config)]
            if found:
                return found[0]
        # saved before the request, so that the project is found and used after a crash
        self._save({**config, "asked": True})
        given = {name: config[name] for name in ("organization", "region", "password")}
        return api.create_project(name=self._project_name, **given)

    def _is_mine(self, project: Project, config: Mapping[str, Any]) -> bool:
        if config.get("projectRef"):
            return project.ref == config["projectRef"]
        return project.name == self._project_name and project.status not in DEAD

    @property
    def _project_name(self) -> str:
        """The name by which an interrupted run finds the project; it contains the store's id."""
        return f"{self.active_store.slug} {self.active_store.id.hex}"

    def _wait(self, api: SupabaseApi, project: Project) -> dict[str, Any]:
        """The pooler of the project once its database is healthy, usually after two minutes."""
        deadline = time.monotonic() + settings.SUPABASE_WAIT_SECONDS
        while True:
            try:
                if api.is_healthy(project.ref) and (pooler := api.pooler(project.ref)):
                    return pooler
            except SupabaseUnavailable:
                pass  # the next attempt may succeed; the deadline ends the loop
            if time.monotonic() >= deadline:
                raise PlacementUnreachable(str(UNFINISHED))
            time.sleep(settings.SUPABASE_POLL_SECONDS)

    def _save(self, config: Mapping[str, Any]) -> None:
        self.config = Sealed(config)
        if self.save_config is not None:
            self.save_config(config)


def _connection(
    config: Mapping[str, Any], project: Project, pooler: Mapping[str, Any]
) -> dict[str, Any]:
    """The saved configuration from here on: the session pooler, which has IPv4; the token is forgotten."""
    return {
        "host": str(pooler["db_host"]),
        # the pooler's own configuration describes transaction mode; session mode is the same host on 5432
        "port": SESSION_PORT,
        "database": str(pooler.get("db_name") or "postgres"),
        "user": str(pooler.get("db_user") or f"postgres.{project.ref}"),
        "password": config["password"],
        "sslmode": SSLMODE,
        "projectRef": project.ref,
        "organization": config["organization"],
        "region": config["region"],
    }


def _project_names() -> set[str]:
    return {field.name for field in PROJECT_FIELDS}


def _check_hosted(values: Mapping[str, Any]) -> None:
    """Requirements of Supabase's own hosts; a self-hosted Supabase is an ordinary PostgreSQL."""
    host = str(values["host"]).lower()
    if not host.endswith(HOSTED):
        return
    wrong = {}
    if values["sslmode"] not in ENCRYPTING:
        wrong["sslmode"] = gettext(
            "The connection to Supabase crosses the internet: at least `require`."
        )
    if host.endswith(POOLER) and "." not in str(values["user"]):
        wrong["user"] = gettext("On the pooler the user is postgres.<project reference>.")
    if wrong:
        fields = {f"config.{name}": [text] for name, text in wrong.items()}
        raise InvalidInput(gettext("The connection settings are incomplete."), fields=fields)
