"""Starts the embedded services, in a process of its own: the drivers that ask whether databases answer leave with it."""

import sys

from config.embedded import ServiceError, supervisor
from config.run.terminal import step


def main() -> int:
    try:
        supervisor.up(report=step)
    except ServiceError as error:
        sys.stderr.write(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
