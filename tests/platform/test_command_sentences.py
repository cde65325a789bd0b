"""What commands say: wrong arguments, servers that are down, folders that are missing, stores that exist already."""

import json
import logging
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError
from pymongo.errors import ServerSelectionTimeoutError

from apps.common.management.console import explain, quiet_log
from apps.platform.models import Store
from apps.platform.states import StoreStatus
from tests.platform.commands import NOWHERE, json_of, manage, refused, run
from tests.support.acting import seeing_all

pytestmark = pytest.mark.matrix
DEVELOPMENT = "config.settings.development"


@pytest.mark.slow
def test_a_documents_server_that_is_down_is_named_without_the_drivers_words(
    transactional_db: None,
) -> None:
    nowhere = "mongodb://127.0.0.1:1/polystore?serverSelectionTimeoutMS=100"
    done = manage("migrate_documents", MONGODB_URI=nowhere)
    assert done.returncode == 1
    said = done.stderr.strip().splitlines()[-1]
    assert "The documents server does not answer (127.0.0.1:1" in said
    for word in ("Topology", "configured timeouts"):
        assert word not in done.stderr + done.stdout


def test_an_error_of_the_documents_backend_is_not_the_databases() -> None:
    error = OperationalError("127.0.0.1:1: refused (configured timeouts: 5s), Topology: <id 6>")
    error.__cause__ = ServerSelectionTimeoutError(str(error))
    said = explain(error)
    assert said.startswith("The documents server does not answer (127.0.0.1:1: refused). ")


def test_a_search_index_that_is_not_rebuilt_says_why(
    store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> int:
        raise ServerSelectionTimeoutError("127.0.0.1:1: refused (configured timeouts: 5s)")

    monkeypatch.setattr("apps.catalog.management.commands.rebuild_search.rebuild_index", fail)
    said, reason = refused("rebuild_search", "alpha")
    assert reason == "Not rebuilt: alpha."
    assert "alpha: not rebuilt. The documents server does not answer" in said
    (found,) = json.loads(refused("rebuild_search", "alpha", "--json")[0])["stores"]
    assert "documents server" in found["error"]


@pytest.mark.slow
def test_what_a_command_refuses_is_not_also_in_the_log() -> None:
    done = manage("cache", "status", DATABASE_URL=NOWHERE, DJANGO_SETTINGS_MODULE=DEVELOPMENT)
    assert done.returncode == 1
    (said,) = done.stderr.strip().splitlines()
    assert said.startswith("CommandError: ")
    assert "\x1b[" not in done.stdout + done.stderr


def test_a_quiet_log_shows_errors_and_is_loud_on_request() -> None:
    handler = logging.StreamHandler(StringIO())
    logging.getLogger().addHandler(handler)
    try:
        with quiet_log(["manage.py", "cache", "status"]):
            assert handler.level == logging.ERROR
        assert handler.level == logging.NOTSET
        for loud in ("-v2", "--verbosity=3", "--traceback"):
            with quiet_log(["manage.py", "cache", "status", loud]):
                assert handler.level == logging.NOTSET
    finally:
        logging.getLogger().removeHandler(handler)


# --- wrong arguments ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        "cache",
        "cache bogus",
        "backup_store",
        "suspend_store chai --yes",
        "list_stores --status bogus",
        "list_stores --bogus",
    ],
)
def test_wrong_arguments_are_one_sentence(command: str) -> None:
    done = manage(*command.split())
    assert (done.returncode, done.stdout) == (1, "")
    (said,) = done.stderr.strip().splitlines()
    assert said.startswith("CommandError: ")
    assert said.endswith(f"`manage.py help {command.split()[0]}` lists the arguments.")


@pytest.mark.slow
def test_wrong_arguments_are_an_answer_for_programs_and_help_stays() -> None:
    done = manage("cache", "bogus", "--json")
    assert done.returncode == 1
    assert "invalid choice: 'bogus'" in json.loads(done.stdout)["error"]
    shown = manage("cache", "--help")
    assert shown.returncode == 0
    assert shown.stdout.startswith("usage: manage.py cache")


@pytest.mark.parametrize(
    "command", [("backup_store", "alpha"), ("extract_schema", "--dialect", "mysql")]
)
def test_a_missing_folder_is_not_written_as_a_file(
    store: Any, command: tuple[str, ...], tmp_path: Path
) -> None:
    _said, reason = refused(*command, "--output", f"{tmp_path}/new/")
    assert reason == f"There is no folder {tmp_path}/new."
    assert not (tmp_path / "new").exists()


def test_a_store_that_exists_is_not_opened_anew(db: None) -> None:
    run("provision_store", "tea-house", "--owner-email", "ann@example.com")
    with seeing_all(Store.objects.get(slug="tea-house")):
        get_user_model().objects.update(is_active=True)
    said = run("provision_store", "tea-house")
    assert "Tea House existed already and is open: http://tea-house.localhost" in said
    assert "no login" not in said
    assert json_of("provision_store", "tea-house")["is_new"] is False
    Store.objects.filter(slug="tea-house").update(status=StoreStatus.SUSPENDED)
    assert "existed already and is suspended" in run("provision_store", "tea-house")


def test_a_store_says_when_its_texts_are_not_in_its_language(db: None) -> None:
    said = run("provision_store", "hindi", "--language", "hi")
    assert "Only dates and amounts follow its language (Hindi)" in said
    assert json_of("provision_store", "hindi")["text_language"] == "en"
    for language in ("en", "en-GB"):
        assert "follow" not in run("provision_store", language.lower(), "--language", language)
