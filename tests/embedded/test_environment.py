"""What the settings are given, and how it is kept."""

import os
import stat

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from config import embedded
from config.embedded import environment
from config.embedded.paths import Local
from config.embedded.secrets import ensure_secrets, read_secrets
from config.embedded.state import State, write_state
from config.settings.environment import env


def test_secrets_are_made_once_and_only_for_their_owner(local: Local) -> None:
    local.create()
    first = ensure_secrets(local)

    assert ensure_secrets(local) == first == read_secrets(local)
    assert len(set(first.values())) == len(first)
    Fernet(first["CREDENTIALS_KEYS"].encode())
    assert stat.S_IMODE(local.secrets.stat().st_mode) == 0o600
    assert stat.S_IMODE(local.root.stat().st_mode) == 0o700


def test_a_secret_that_is_there_never_changes(local: Local) -> None:
    local.create()
    local.secrets.write_text("SECRET_KEY=mine\n")

    known = ensure_secrets(local)

    assert known["SECRET_KEY"] == "mine"
    assert known["JWT_SECRET"]


def test_the_environment_is_filled_from_the_state(local: Local) -> None:
    local.create()
    made = ensure_secrets(local)
    write_state(local, State(database_url="postgresql://here/", redis_url="redis://here/"))

    embedded.load_environment()

    assert os.environ["DATABASE_URL"] == "postgresql://here/"
    assert os.environ["SECRET_KEY"] == made["SECRET_KEY"]
    assert not os.environ["MONGODB_URI"]


def test_what_the_user_sets_wins_and_counts_as_replaced(
    local: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://mine/")
    local.create()
    write_state(local, State(database_url="postgresql://here/", redis_url="redis://here/"))

    embedded.load_environment()

    assert os.environ["DATABASE_URL"] == "postgresql://mine/"
    assert environment.is_replaced("DATABASE_URL")
    assert not environment.is_replaced("REDIS_URL")


def test_an_address_inherited_from_a_parent_follows_the_state(local: Local) -> None:
    """A child process gets our variables by inheritance and must not take them for the user's."""
    local.create()
    write_state(local, State(redis_url="redis://old/"))
    embedded.load_environment()
    write_state(local, State(redis_url="redis://new/"))

    embedded.load_environment()

    assert os.environ["REDIS_URL"] == "redis://new/"


def test_commands_know_the_port_of_the_run_beside_them(
    local: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    local.create()
    for note, port in (
        ("", None),
        ("[]", None),
        ('{"pids": {}}', None),
        ('{"port": "9000"}', "9000"),
    ):
        monkeypatch.delenv("PORT", raising=False)
        local.run.write_text(note)
        embedded.load_environment()
        assert os.environ.get("PORT") == port


def test_a_damaged_state_file_counts_as_nothing_known(local: Local) -> None:
    local.create()
    local.services.write_text('{"ports": ')

    embedded.load_environment()

    assert not os.environ["DATABASE_URL"]


@pytest.mark.parametrize(("kind", "given"), [("int", "abc"), ("float", "x"), ("dict", "a=b,c")])
def test_a_value_that_can_t_be_read_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, kind: str, given: str
) -> None:
    monkeypatch.setenv("SOME_VARIABLE", given)
    with pytest.raises(ImproperlyConfigured, match=r"^SOME_VARIABLE can't be read$"):
        getattr(env, kind)("SOME_VARIABLE")
