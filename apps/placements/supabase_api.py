"""The four calls of Supabase's Management API that create a project.

Shapes as in its OpenAPI description (https://api.supabase.com/api/v1): `POST /v1/projects` takes `name`,
`organization_slug`, `region` and `db_pass` and answers with `id`, which is the project's reference; `GET /v1/projects`
lists what the token may see; the health of service `db` says when the database can be used; the pooler's
configuration names its host. 60 requests a minute are allowed.
"""

import http.client
import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.translation import gettext, gettext_lazy

from apps.platform.errors import SupabaseRefused, SupabaseUnavailable

SECONDS: Final = 20
MOST_BYTES: Final = 4_000_000
REFUSED: Final = {
    401: gettext_lazy("Supabase does not accept this access token."),
    403: gettext_lazy("This access token may not create projects in that organization."),
    404: gettext_lazy("Supabase does not know this organization or project."),
    402: gettext_lazy("The organization's plan does not allow another project."),
}


@dataclass(frozen=True)
class Project:
    """A project as the list shows it; `ref` is its reference."""

    ref: str
    name: str
    organization: str
    region: str
    status: str


class SupabaseApi:
    """Calls with one personal access token, which no message and no `repr` contains."""

    def __init__(self, token: str) -> None:
        self._token = token

    def list_projects(self) -> list[Project]:
        """Every project the token may see."""
        return [_project(row) for row in _rows(self._call("GET", "/v1/projects"))]

    def create_project(
        self, *, name: str, organization: str, region: str, password: str
    ) -> Project:
        """Request a new project. Not idempotent: look for the name first."""
        body = {
            "name": name,
            "organization_slug": organization,
            "region": region,
            "db_pass": password,
        }
        answer = self._call("POST", "/v1/projects", body)
        if not isinstance(answer, dict) or not answer.get("id"):
            raise SupabaseUnavailable(gettext("Supabase's answer could not be understood."))
        return _project(answer)

    def is_healthy(self, ref: str) -> bool:
        """Whether the project's database can be used."""
        rows = _rows(self._call("GET", f"/v1/projects/{quote(ref, safe='')}/health?services=db"))
        return any(row.get("name") == "db" and row.get("healthy") for row in rows)

    def pooler(self, ref: str) -> dict[str, Any]:
        """The pooler before the primary: `db_host`, `db_user`, `db_name`. Empty when there is none (yet)."""
        rows = _rows(
            self._call("GET", f"/v1/projects/{quote(ref, safe='')}/config/database/pooler")
        )
        primary = [row for row in rows if row.get("database_type", "PRIMARY") == "PRIMARY"]
        return primary[0] if primary else {}

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One request, no redirects: the token goes to the configured host only."""
        base = urlsplit(settings.SUPABASE_API_URL)
        kind = http.client.HTTPSConnection if base.scheme == "https" else http.client.HTTPConnection
        connection = kind(base.hostname or "", base.port, timeout=SECONDS)
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        text = None
        if body is not None:
            text, headers["Content-Type"] = json.dumps(body), "application/json"
        try:
            connection.request(method, f"{base.path.rstrip('/')}{path}", text, headers)
            answer = connection.getresponse()
            said = answer.read(MOST_BYTES)
        except (OSError, http.client.HTTPException):
            raise SupabaseUnavailable() from None
        finally:
            connection.close()
        return _understand(answer.status, said)


def _understand(status: int, said: bytes) -> Any:
    if status == 429 or status >= 500:
        raise SupabaseUnavailable()
    if status >= 300:
        raise SupabaseRefused(
            REFUSED.get(status)
            or gettext("Supabase refused the request (%(status)s).") % {"status": status}
        )
    try:
        return json.loads(said)
    except ValueError:
        raise SupabaseUnavailable(gettext("Supabase's answer could not be understood.")) from None


def _rows(answer: Any) -> list[dict[str, Any]]:
    if isinstance(answer, dict):
        answer = [answer]
    if not isinstance(answer, list):
        raise SupabaseUnavailable(gettext("Supabase's answer could not be understood."))
    return [row for row in answer if isinstance(row, dict)]


def _project(row: dict[str, Any]) -> Project:
    organization = row.get("organization_slug") or row.get("organization_id") or ""
    return Project(
        ref=str(row.get("id") or row.get("ref") or ""),
        name=str(row.get("name", "")),
        organization=str(organization),
        region=str(row.get("region", "")),
        status=str(row.get("status", "")),
    )
