"""Transactions and locks by home: of the active home, for apps whose tables are in both, of the platform's home, and of the
home of a model."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.db import router, transaction
from django.db.models import Model, QuerySet

from apps.tenancy.routers import PLATFORM, Home, home_alias, home_of


def atomic_at_home() -> AbstractContextManager[Any]:
    """`transaction.atomic()` of the active home."""
    return transaction.atomic(using=home_alias())


def savepoint_at_home() -> AbstractContextManager[Any]:
    """For one statement whose error is caught: a savepoint within a transaction of the active home, nothing outside of
    one, where the statement is a transaction itself."""
    alias = home_alias()
    inside = transaction.get_connection(alias).in_atomic_block
    return transaction.atomic(using=alias) if inside else nullcontext()


def on_commit_at_home(function: Callable[[], object], *, robust: bool = False) -> None:
    """Call `function` after the commit of the active home's transaction. `robust`: its error does not prevent other
    functions."""
    transaction.on_commit(function, using=home_alias(), robust=robust)


def atomic_on_platform() -> AbstractContextManager[Any]:
    """`transaction.atomic()` of the platform's home, also while a store is active."""
    return transaction.atomic(using=PLATFORM)


def on_commit_on_platform(function: Callable[[], object]) -> None:
    """Call `function` after the commit of the platform's transaction."""
    transaction.on_commit(function, using=PLATFORM)


def in_platform_transaction() -> bool:
    return transaction.get_connection(PLATFORM).in_atomic_block


def atomic_of(model: type[Model]) -> AbstractContextManager[Any]:
    """`transaction.atomic()` of the model's home. Documents have no transactions: there it does nothing."""
    if home_of(model) is Home.DOCUMENTS:
        return nullcontext()
    return transaction.atomic(using=router.db_for_write(model))


def rows_for_change(model: type[Model], pk: Any) -> QuerySet[Any]:
    """The row as the primary has it, under a lock when it is read. Documents have no locks."""
    rows = model._base_manager.using(router.db_for_write(model)).filter(pk=pk)
    return rows if home_of(model) is Home.DOCUMENTS else rows.select_for_update()


def lock_row(model: type[Model], pk: Any) -> bool:
    """Lock the row until the transaction ends. False for a document, which has no lock, and for a deleted row."""
    if home_of(model) is Home.DOCUMENTS:
        return False
    return bool(rows_for_change(model, pk).values_list("pk"))
