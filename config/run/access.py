"""The web server's access log on the terminal: one quiet line a request, without static files and probes."""

import threading
from pathlib import Path

from rich.text import Text

from config.run.terminal import console

QUIET = ("/static/", "/media/", "/health", "/ready", "/favicon.ico")
STYLES = {"2": "green", "3": "cyan", "4": "yellow", "5": "bold red"}


class AccessLines(threading.Thread):
    """Follows the access log, whose lines are `time status method host path milliseconds` separated by tabs."""

    def __init__(self, log: Path, *, errors: Path) -> None:
        super().__init__(daemon=True)
        self.log = log
        self.errors = errors
        self.ended = threading.Event()

    def run(self) -> None:
        self.log.touch()
        with self.log.open(encoding="utf-8", errors="replace") as file:
            file.seek(0, 2)
            while not self.ended.is_set():
                if line := file.readline():
                    self._show(line)
                else:
                    self.ended.wait(0.2)

    def _show(self, line: str) -> None:
        try:
            at, status, method, host, path, milliseconds = _printable(line).split("\t")
        except ValueError:
            return
        if path.startswith(QUIET) and status < "400":
            return
        text = Text(f"  {at[13:21]}  ", style="dim")  # of [21/Nov/2026:10:00:00 +0000]
        text.append(status, style=STYLES.get(status[:1], ""))
        text.append(f"  {method:<5} {host}{path}", style="default")
        text.append(f"  {milliseconds} ms", style="dim")
        if status.startswith("5"):
            text.append(f"  see {self.errors}", style="red")
        console.print(text)


def _printable(line: str) -> str:
    """A stranger chooses host and path: no control characters for our terminal."""
    return "".join(one for one in line.rstrip("\n") if one.isprintable() or one == "\t")
