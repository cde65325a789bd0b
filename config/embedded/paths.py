"""Where the embedded services keep their state."""

import os
from dataclasses import dataclass
from pathlib import Path

from config.embedded.errors import ServiceError

PROJECT_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Local:
    """The state folder of one checkout: closed to other users, and safe to delete when down."""

    root: Path

    @property
    def services(self) -> Path:
        return self.root / "services.json"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets.env"

    @property
    def run(self) -> Path:
        """What `make run` has started, and its port; only while it runs."""
        return self.root / "run.json"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    def folder(self, name: str) -> Path:
        return self.root / name

    def create(self) -> None:
        """Make the folder, for this user only."""
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.logs.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise ServiceError(f"Cannot write to {self.root}: {error.strerror}.") from error
        if not os.access(self.root, os.W_OK | os.X_OK):
            raise ServiceError(
                f"{self.root} belongs to another user. Remove it, or set POLYSTORE_LOCAL to a folder of yours."
            )


def find_local() -> Local:
    """POLYSTORE_LOCAL, or `.local` in the project."""
    chosen = os.environ.get("POLYSTORE_LOCAL")
    return Local(Path(chosen).expanduser().absolute() if chosen else PROJECT_ROOT / ".local")


def are_test_services() -> bool:
    """Test servers give up durability for speed: POLYSTORE_TEST_SERVICES=1."""
    return os.environ.get("POLYSTORE_TEST_SERVICES", "") not in ("", "0")


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step, readable by its owner only."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)
