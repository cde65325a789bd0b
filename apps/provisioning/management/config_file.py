"""Credentials for commands are read from a file or a pipe, because every user of the machine can see command lines."""

import json
import sys
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from apps.common.errors import InvalidInput

HELP = (
    "File with the connection: JSON (host, database, user, password, ...) or one connection string; "
    "- reads standard input."
)


def read_config(path: str | None) -> dict[str, Any]:
    """The configuration in the file, or an empty one. Raises `InvalidInput`."""
    if not path:
        return {}
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            gettext("The file %(path)s can't be read (%(name)s).")
            % {"path": path, "name": type(error).__name__}
        ) from None
    text = text.strip()
    if not text.startswith("{"):
        return {"connectionString": text}
    try:
        config: dict[str, Any] = json.loads(text)
    except ValueError:
        raise InvalidInput(gettext("The file %(path)s is not JSON.") % {"path": path}) from None
    return config
