"""Servers of the installation beside its databases: an app registers a function of its `probed.py`.

`/ready` names one that does not answer, `manage.py databases` lists it. The shops must sell without it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from apps.common.hooks import Hook


@dataclass(frozen=True)
class OtherServer:
    """`ask` raises when it does not answer."""

    name: str
    role: str
    engine: str
    ask: Callable[[], object]


# Registers a function that lists those in use.
probes: Final = Hook[Callable[[], list[OtherServer]]]("probed")


def list_other_servers() -> list[OtherServer]:
    return [server for list_servers in probes for server in list_servers()]
