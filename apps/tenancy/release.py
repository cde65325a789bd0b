"""A token of the code of this release: values that an older release has cached are not used."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings

_FOLDERS = ("apps", "config", "locale", "static", "templates")
_KINDS = frozenset({".py", ".html", ".css", ".js", ".svg", ".mo", ".json"})


@cache
def release_token() -> str:
    """Of names, sizes and times of the files, once in a process."""
    root = Path(settings.BASE_DIR)
    found = sorted(
        path for name in _FOLDERS for path in (root / name).rglob("*") if path.suffix in _KINDS
    )
    facts = [(str(path.relative_to(root)), *_facts(path)) for path in found]
    return sha256(repr(facts).encode()).hexdigest()[:16]


def _facts(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_size, state.st_mtime_ns
