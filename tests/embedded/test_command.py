"""`manage.py services` as an operator meets it."""

import json

import pytest

from config.embedded.paths import Local
from tests.embedded.commands import Command

pytestmark = pytest.mark.slow


def test_the_command_needs_no_settings_and_no_database(local: Local, manage: Command) -> None:
    done = manage("up", "--json", DJANGO_SETTINGS_MODULE="config.settings.nowhere")

    assert done.returncode == 0, done.stderr
    assert {service["state"] for service in json.loads(done.stdout)} == {"running"}
    assert manage("status").returncode == 0
    assert manage("down").returncode == 0
    assert manage("status").returncode == 1


def test_a_folder_that_cannot_be_made_is_one_line(manage: Command) -> None:
    done = manage("up", POLYSTORE_LOCAL="/dev/null/state")

    assert done.returncode == 1
    assert done.stderr.strip() == "Cannot write to /dev/null/state: Not a directory."


def test_a_verb_that_does_not_exist_is_told_without_a_traceback(manage: Command) -> None:
    done = manage("restart")

    assert done.returncode == 1
    (said,) = done.stderr.strip().splitlines()
    assert "invalid choice: 'restart'" in said
    assert "Traceback" not in done.stderr


def test_status_of_a_checkout_that_never_ran_starts_nothing(local: Local, manage: Command) -> None:
    done = manage("status", "--json")

    assert {service["state"] for service in json.loads(done.stdout)} == {"stopped"}
    assert not local.root.exists()
