"""Supabase's Management API as a small HTTP server: the shapes of its description, and the faults a network has."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "sbp_canary0123456789"


@dataclass
class Supabase:
    """What it has been asked for, and how it is to behave."""

    address: str = ""
    pooler: dict[str, Any] = field(default_factory=dict)
    projects: list[dict[str, Any]] = field(default_factory=list)
    passwords: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    looks_until_healthy: int = 1
    hidden_for_looks: int = 0
    loses_answer: bool = False
    refuses_with: int = 0

    def answer(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        self.asked.append(f"{method} {path}")
        if self.refuses_with:
            return self.refuses_with, {"message": "no"}
        if (method, path) == ("GET", "/v1/projects"):
            return 200, self._list()
        if (method, path) == ("POST", "/v1/projects"):
            return self._create(body)
        ref = path.split("/")[3]
        if not any(project["id"] == ref for project in self.projects):
            return 404, {"message": "Project not found"}
        if path.endswith("/health?services=db"):
            return 200, [self._health()]
        if path.endswith("/config/database/pooler"):
            return 200, [{"identifier": ref, "database_type": "PRIMARY", **self.pooler}]
        return 404, {"message": "Not Found"}

    def _list(self) -> list[dict[str, Any]]:
        if self.hidden_for_looks:
            self.hidden_for_looks -= 1
            return []
        return self.projects

    def _create(self, body: dict[str, Any]) -> tuple[int, Any]:
        missing = {"name", "organization_slug", "region", "db_pass"} - set(body)
        if missing:
            return 400, {"message": f"{missing} should not be empty"}
        self.passwords.append(body["db_pass"])
        project = {
            "id": f"ref{len(self.projects):017d}",
            "organization_id": body["organization_slug"],
            "organization_slug": body["organization_slug"],
            "name": body["name"],
            "region": body["region"],
            "created_at": "2026-01-01T00:00:00Z",
            "status": "COMING_UP",
        }
        self.projects.append(project)
        return (0, None) if self.loses_answer else (201, project)

    def _health(self) -> dict[str, Any]:
        self.looks_until_healthy -= 1
        healthy = self.looks_until_healthy <= 0
        return {
            "name": "db",
            "healthy": healthy,
            "status": "ACTIVE_HEALTHY" if healthy else "COMING_UP",
        }


@contextmanager
def supabase_server() -> Iterator[Supabase]:
    """The server on a free port of this machine."""
    state = Supabase()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def _serve(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "{}")
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                status, answer = 401, {"message": "Unauthorized"}
            else:
                status, answer = state.answer(self.command, self.path, body)
            if not status:  # the line is cut before the answer
                self.close_connection = True
                return
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
