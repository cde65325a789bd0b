"""Programs the tests need, installed with apt where that is allowed: as root on Debian and Ubuntu."""

import os
import shutil
import subprocess

from config.run.terminal import step, working

# Where Debian puts servers; not on the path of every user.
PLACES = ("/usr/sbin", "/usr/local/sbin")
# A test starts its servers itself: apt must not start the system's.
ENVIRONMENT = {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}


def find_program(name: str) -> str | None:
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *PLACES]))


def install_packages(title: str, *packages: str) -> None:
    """Try to install; the caller checks the result."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    working(f"Installing {title} with apt")
    environment = {**os.environ, **ENVIRONMENT}
    subprocess.run(["apt-get", "-qq", "update"], check=False, env=environment)
    command = ["apt-get", "-qq", "install", "--yes", "--no-install-recommends", *packages]
    subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL)


def ensure_program(name: str, *, title: str, package: str) -> bool:
    """Whether the program exists; it is installed if it is missing."""
    if find_program(name):
        return True
    install_packages(title, *package.split())
    found = find_program(name)
    if found:
        step(f"{title} is installed: {found}")
    return bool(found)
