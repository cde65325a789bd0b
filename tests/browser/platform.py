"""A whole platform on the test's databases, seen from outside."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.databases import LOCAL

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Platform:
    port: int
    environment: Mapping[str, str]

    def url(self, store: Any = None, path: str = "/") -> str:
        host = f"{store}.localhost" if isinstance(store, str) else "localhost"
        return f"http://{host}:{self.port}{path}"

    def manage(self, *arguments: str, given: str = "") -> str:
        """Run `manage.py` as an operator of this platform would; what it printed. Fails with its words."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            env=dict(self.environment),
            cwd=ROOT,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def media_root() -> str:
    folder = LOCAL / "browser-media"
    folder.mkdir(exist_ok=True)
    return str(folder)
