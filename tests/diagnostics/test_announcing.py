"""What the log says at start."""

from typing import Any

import pytest
from django.conf import settings
from structlog.testing import capture_logs

from apps.diagnostics import starting


def test_every_database_is_named_by_role_and_without_credentials(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting.connections, "close_all", lambda: None)
    with capture_logs() as logged:
        starting._announce()
    named = {line["alias"]: (line["role"], line["state"]) for line in logged if "alias" in line}
    assert set(named) == {"platform", "default", "documents", "documents_dev", "cache"}
    used = {line["alias"]: line["integrations"] for line in logged if "integrations" in line}
    assert used == {"documents": "clickpost, easyecom", "documents_dev": "clickpost-dev"}
    assert all(state == "ok" for _, state in named.values())
    assert settings.DATABASES["platform"]["PASSWORD"] not in str(logged)


def test_the_fallback_of_the_development_documents_is_said(
    db: None, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(starting.connections, "close_all", lambda: None)
    settings.MONGODB_DEV_IS_FALLBACK = True
    with capture_logs() as logged:
        starting._announce()
    assert "MONGODB_DEV_URI is not set" in logged[-1]["event"]
    settings.MONGODB_DEV_IS_FALLBACK = False
    with capture_logs() as logged:
        starting._announce()
    assert all("MONGODB_DEV_URI" not in line["event"] for line in logged)


def test_databases_without_tables_yet_are_one_line_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nothing_there(**options: Any) -> None:
        raise LookupError("no table")

    monkeypatch.setattr(starting.connections, "close_all", lambda: None)
    monkeypatch.setattr(starting, "list_databases", nothing_there)
    with capture_logs() as logged:
        starting._announce()
    assert [(line["log_level"], line["error"]) for line in logged] == [("warning", "LookupError")]
