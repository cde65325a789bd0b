"""The access log of the web server, without the secrets that some addresses have in their path."""

import re
from datetime import timedelta
from typing import Any, Final

from gunicorn.glogging import Logger

# Signed and random parts of links have capitals or colons beside digits, or are a time and a digest. Slugs and ids have neither.
_SECRET: Final = re.compile(
    r"(?<=/)(?:(?=[^/]*[A-Z:])(?=[^/]*[0-9])[A-Za-z0-9_:.=~-]{20,}|[0-9a-z]{4,}-[0-9a-f]{32,})(?=/|$)"
)


def masked(path: str) -> str:
    """`/signup/eyJl...:1wK...:x3/` is `/signup/***/`."""
    return _SECRET.sub("***", path)


class MaskedPaths(Logger):  # type: ignore[misc]  # gunicorn has no types
    def atoms(
        self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta
    ) -> dict[str, Any]:
        found: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        found["U"] = masked(str(found["U"]))
        return found
