"""The browser of the browser tests: found, or installed where that is allowed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from config.run.debian import install_packages
from config.run.terminal import step

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
MACOS = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)
PACKAGES = ("chromium", "fonts-liberation", "fonts-noto-core")


def find_chromium() -> str | None:
    """CHROMIUM, the system's, or the one that playwright once downloaded. Each candidate is called with `--version`,
    because Ubuntu's `chromium-browser` is only a script that asks for a snap."""
    named = os.environ.get("CHROMIUM")
    found = [named] if named else [path for name in NAMES if (path := shutil.which(name))]
    if not named:
        found += [str(path) for path in (*MACOS, *_downloaded())]
    return next((path for path in found if _starts(path)), None)


def install_chromium() -> str | None:
    """As root on Debian and Ubuntu only. None elsewhere, and where it fails."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    install_packages("Chromium", *PACKAGES)
    if not (found := find_chromium()):  # Ubuntu has no package, only a snap
        command = [sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"]
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
        found = find_chromium()
    if found:
        step(f"Chromium is installed: {found}")
    return found


def _downloaded() -> list[Path]:
    caches = Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or caches / "ms-playwright")
    patterns = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")
    return [path for pattern in patterns for path in sorted(folder.glob(pattern), reverse=True)]


def _starts(path: str) -> bool:
    try:
        done = subprocess.run([path, "--version"], capture_output=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
