"""`make check`: everything that can be said without running the product. Needs no service; all checks run, then the verdict."""

import base64
import os
import secrets
import subprocess
import sys
import tempfile
import time

from config.embedded.paths import PROJECT_ROOT
from config.run.terminal import console, problem, step, working

PYTHON = sys.executable
MANAGE = (PYTHON, "manage.py")
LINT_IMPORTS = (
    PYTHON,
    "-c",
    "from importlinter.cli import lint_imports_command; lint_imports_command()",
)

CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Format", (PYTHON, "-m", "ruff", "format", "--check", ".")),
    ("Lint", (PYTHON, "-m", "ruff", "check", ".")),
    ("Floors and imports", LINT_IMPORTS),
    ("Types", (PYTHON, "-m", "mypy", ".")),
    ("Migrations", (PYTHON, "-m", "config.run.migrations_check")),
    ("Production settings", (*MANAGE, "check", "--deploy", "--fail-level", "WARNING")),
    ("Wording", (PYTHON, "-m", "config.run.wording")),
    ("Documentation", (*MANAGE, "write_docs", "--check")),
)


def main(names: list[str]) -> int:
    """Run all checks, or those whose title begins with one of the names."""
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        for title, command in CHECKS:
            if names and not title.lower().startswith(tuple(name.lower() for name in names)):
                continue
            if not _passes(title, command, environment(title, folder)):
                failed.append(title)
    if failed:
        problem(
            f"Not in order: {', '.join(failed)}.",
            "`make format` fixes what can be fixed automatically.",
        )
    return 1 if failed else 0


def _passes(title: str, command: tuple[str, ...], environment: dict[str, str]) -> bool:
    working(title)
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=PROJECT_ROOT,
        env=environment,
        text=True,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        problem(title)
        console.print(done.stdout, markup=False)
        return False
    step(f"{title} ({time.monotonic() - started:.1f} s)")
    return True


def environment(title: str, folder: str) -> dict[str, str]:
    """As on a server: every secret given, every service elsewhere. Nothing answers there and nothing may ask."""
    settings = "production" if title == "Production settings" else "development"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": f"config.settings.{settings}",
        "POLYSTORE_LOCAL": folder,
        "DATABASE_URL": "postgresql://checks:checks@127.0.0.1:9/checks",
        "MONGODB_URI": "mongodb://127.0.0.1:9/checks?serverSelectionTimeoutMS=100",
        "REDIS_URL": "redis://127.0.0.1:9/0",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "JWT_SECRET": secrets.token_urlsafe(48),
        "CREDENTIALS_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "PLATFORM_HOSTS": "shops.example",
        "STORE_DOMAIN": "shops.example",
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
