"""`manage.py help`: every command of ours has its place there, and one frame."""

from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from apps.common.management.command import OperatorCommand
from config.overview import GROUPS, find_commands, first_sentence

OURS = sorted(name for name, app in get_commands().items() if app.startswith("apps."))


@pytest.mark.parametrize("name", OURS)
def test_every_command_of_ours_has_the_same_frame_and_a_place_in_the_help(name: str) -> None:
    command = import_module(f"{get_commands()[name]}.management.commands.{name}").Command
    parser = command().create_parser("manage.py", name)
    assert "--json" in parser.format_help()
    assert name == "services" or issubclass(command, OperatorCommand)
    assert any(name in names for names in GROUPS.values())
    assert command.help.endswith(".") or ". " not in command.help


def test_the_help_reads_from_files_what_the_commands_say() -> None:
    files = find_commands(settings.INSTALLED_APPS)
    assert set(files) == set(get_commands())
    for name in OURS:
        module = import_module(f"{get_commands()[name]}.management.commands.{name}")
        assert files[name] == Path(str(module.__file__))
        said = first_sentence(files[name])
        assert said
        assert module.Command.help.startswith(said.removesuffix("..."))
