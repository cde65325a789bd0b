"""Processes that outlive the command that started them: start, recognise, stop."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_started: list[
    subprocess.Popen[bytes]
] = []  # kept, so that Python does not complain about children left behind


def spawn(
    command: Sequence[str],
    *,
    log: Path,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    user: int | None = None,
) -> int:
    """Start a server in a session of its own, output appended to `log`. It survives this process and its terminal."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=env,
            user=user,
            group=user if user is None else _group_of(user),
            extra_groups=None if user is None else [],
            start_new_session=True,
        )
    _started.append(child)
    return child.pid


def is_running(pid: int | None, mark: str) -> bool:
    """Whether `pid` is alive, no zombie, and has `mark` in its command line: a reused pid is another process."""
    if not pid or pid <= 0:
        return False
    with contextlib.suppress(ChildProcessError, OSError):
        os.waitpid(pid, os.WNOHANG)
    return mark in command_line(pid)


def command_line(pid: int) -> str:
    """The command line of a process; empty when there is none, or only a zombie."""
    if Path("/proc/self").exists():
        return _read_command_line(Path("/proc") / str(pid))
    shown = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip()


def _read_command_line(process: Path) -> str:
    """Linux shows an empty line for a moment while a program replaces itself, and always for a zombie."""
    for _ in range(20):
        try:
            line = (process / "cmdline").read_bytes()
            state = (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        except (OSError, IndexError):
            return ""
        if state in "ZX":
            return ""
        if line:
            return line.replace(b"\0", b" ").decode(errors="replace")
        time.sleep(0.005)
    return ""


def stop(
    pid: int,
    mark: str,
    *,
    signals: Sequence[tuple[signal.Signals, float]],
    nudge: Callable[[], None] | None = None,
) -> None:
    """Send each signal and wait its seconds, until the process is gone; `nudge` is called while waiting."""
    for number, patience in signals:
        deadline = time.monotonic() + patience
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        while is_running(pid, mark):
            if time.monotonic() > deadline:
                break
            if nudge is not None:
                nudge()
            time.sleep(0.03)
        else:
            return


def read_pid(path: Path) -> int | None:
    """The number on the first line of a pid file."""
    try:
        return int(path.read_text(encoding="utf-8").split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def last_lines(path: Path, count: int = 3, *, since: int = 0) -> str:
    """The end of a log, for an error message; `since` is the byte from which it is about the present run."""
    try:
        lines = path.read_bytes()[since:].decode(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return " | ".join(line.strip() for line in lines[-count:])


def _group_of(user: int) -> int:
    import pwd

    return pwd.getpwuid(user).pw_gid
