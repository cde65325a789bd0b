"""`make clean`: stop the embedded services of this checkout and delete everything that running it has made."""

import os
import shutil
from pathlib import Path

from config import embedded
from config.embedded.paths import PROJECT_ROOT
from config.run.terminal import problem, step

MADE = (
    ".local",
    "staticfiles",
    "htmlcov",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".import_linter_cache",
    ".hypothesis",
)


def main() -> int:
    for state in (PROJECT_ROOT / ".local", PROJECT_ROOT / ".local" / "test"):
        if not state.exists():
            continue
        os.environ["POLYSTORE_LOCAL"] = str(state)
        try:
            embedded.down()
        except embedded.ServiceError as error:
            problem(str(error))
            return 1
        _remove_elsewhere(state / "postgresql" / "elsewhere")
    for name in MADE:
        shutil.rmtree(PROJECT_ROOT / name, ignore_errors=True)
    for folder in ("apps", "config", "tests", "benchmarks", "tools"):
        for cache in (PROJECT_ROOT / folder).rglob("__pycache__"):
            shutil.rmtree(cache, ignore_errors=True)
    step("Services stopped; their data, the logs and all caches are deleted.")
    return 0


def _remove_elsewhere(pointer: Path) -> None:
    """Where root had to keep PostgreSQL's data outside the checkout."""
    if pointer.exists():
        shutil.rmtree(pointer.read_text(encoding="utf-8").strip(), ignore_errors=True)


if __name__ == "__main__":
    raise SystemExit(main())
