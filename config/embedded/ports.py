"""Ports on the loopback interface, picked once and kept."""

import random
import socket

from config.embedded.errors import ServiceError

LOOPBACK = "127.0.0.1"
FIRST, LAST = (
    20_000,
    31_999,
)  # below the range from which systems take the ports of outgoing connections


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return not is_open(port)


def is_open(port: int) -> bool:
    """Whether anything accepts connections there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((LOOPBACK, port)) == 0


def pick(*, avoid: set[int]) -> int:
    for _ in range(200):
        port = random.SystemRandom().randint(FIRST, LAST)
        if port not in avoid and is_free(port):
            return port
    raise ServiceError(f"No free port between {FIRST} and {LAST} on {LOOPBACK}.")
