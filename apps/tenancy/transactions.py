"""Transactions in the active home, for apps whose tables are in both: the platform's with no store active, else the store's."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.db import transaction

from apps.tenancy.routers import home_alias


def atomic_at_home() -> AbstractContextManager[Any]:
    """`transaction.atomic()` of the active home."""
    return transaction.atomic(using=home_alias())


def on_commit_at_home(function: Callable[[], object], *, robust: bool = False) -> None:
    """Call `function` after the commit of the active home's transaction. `robust`: its error fails no other one."""
    transaction.on_commit(function, using=home_alias(), robust=robust)
