"""Put pip into a virtual environment on systems that ship Python without `ensurepip`. Standard library only."""

import hashlib
import html
import os
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

WHEEL = "pip-25.3-py3-none-any.whl"
SHA256 = "9655943313a94722b7774661c21049070f6bbb0a1516bf02f7c8d5d9201514cd"


def main() -> None:
    index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/") + "/pip/"
    try:
        wheel = download(find_wheel(index))
    except (urllib.error.URLError, ValueError, OSError) as error:
        sys.exit(
            f"pip could not be fetched from {index}: {error}.\n"
            "Install your system's package for virtual environments (Debian, Ubuntu: apt install python3-venv)."
        )
    if hashlib.sha256(wheel).hexdigest() != SHA256:
        sys.exit(
            f"{index} answered with another {WHEEL} than the pinned one. Nothing was installed."
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / WHEEL
        path.write_bytes(wheel)
        command = [sys.executable, f"{path}/pip", "install", "--quiet", "--no-index", str(path)]
        sys.exit(subprocess.run(command, check=False).returncode)


def find_wheel(index: str) -> str:
    """The address of the pinned wheel, from the index's own list."""
    request = urllib.request.Request(index, headers={"Accept": "text/html"})  # noqa: S310  the user's choice
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        page = answer.read().decode(errors="replace")
    found = re.search(rf'href="([^"#]*{re.escape(WHEEL)})[#"]', page)
    if found is None:
        raise ValueError(f"it has no {WHEEL}")
    return urllib.parse.urljoin(index, html.unescape(found[1]))


def download(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310  its hash is checked
        return bytes(answer.read())


if __name__ == "__main__":
    main()
