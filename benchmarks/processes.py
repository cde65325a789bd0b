"""What processes have used: processor time and memory, from /proc. Elsewhere than on Linux it is unknown, not zero."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
SERVICES = {"documents": "documents", "PostgreSQL": "postgresql", "Valkey": "valkey"}
KINDS = ("application", *SERVICES)


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    seconds: float  # its own and those of children that have ended


def service_pids(state: Path) -> dict[str, int]:
    """The roots of the embedded services whose state folder this is."""
    found = {}
    for kind, folder in SERVICES.items():
        try:
            found[kind] = int((state / folder / "pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            continue
    return found


def cpu_seconds(roots: Mapping[str, int]) -> dict[str, float]:
    """Of every kind: all that its process and everything below it have used since they started."""
    everything = {process.pid: process for process in _processes()}
    return {
        kind: sum(process.seconds for process in _tree(root, everything))
        for kind, root in roots.items()
        if root in everything
    }


def tree_of(root: int) -> list[int]:
    everything = {process.pid: process for process in _processes()}
    return [process.pid for process in _tree(root, everything)]


def resident_mib(pid: int) -> float:
    """The proportional set size: shared pages are divided among those who share them, so that sums are true."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def command_of(pid: int) -> str:
    try:
        line = (PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return ""
    return line.replace(b"\0", b" ").decode(errors="replace").strip()


def _processes() -> Iterator[Process]:
    for folder in PROC.glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        seconds = sum(int(ticks) for ticks in fields[11:15]) / TICKS
        yield Process(int(folder.name), int(fields[1]), seconds)


def _tree(root: int, everything: Mapping[int, Process]) -> list[Process]:
    if root not in everything:
        return []
    below = [one for one in everything.values() if one.parent == root]
    return [everything[root], *(deeper for one in below for deeper in _tree(one.pid, everything))]
