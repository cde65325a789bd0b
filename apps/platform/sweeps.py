"""Sweeps: periodic work of each app in a store, such as finishing, undoing or expiring rows.

An app's `sweeps.py` registers functions with `@sweep`; they run inside the store, one after the other, each on its
own: a failing one does not stop the others. Each must be repeatable and may run twice at once.
"""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

import structlog

from apps.common.errors import DomainError
from apps.common.hooks import Hook
from apps.tenancy.connections import StoreUnreachable
from apps.tenancy.context import ActiveStore, system_scope, use_store
from apps.tenancy.errors import StorePaused

log = structlog.get_logger(__name__)

Sweep = Callable[[], int]
Item = TypeVar("Item")

# Registers a function that returns how many things it did.
sweep: Final = Hook[Sweep]("sweeps")


def list_sweeps() -> dict[str, Sweep]:
    """All sweeps by name, of every installed app."""
    return sweep.items()


def run_sweeps(store: ActiveStore) -> bool:
    """Run every sweep inside `store`; False when one of them failed and should be tried again soon."""
    good = True
    for name, function in list_sweeps().items():
        with (
            system_scope("sweeper"),
            use_store(store),
            structlog.contextvars.bound_contextvars(store=store.slug),
        ):
            try:
                function()
            except StorePaused:
                log.info("The store is paused; its sweeps wait.", sweep=name)
                return False
            except StoreUnreachable:
                log.warning("The store's database does not answer; its sweeps wait.", sweep=name)
                return False
            except Exception:
                # one broken sweep must not keep the others, or other stores, from running
                log.exception("A sweep failed.", sweep=name)
                good = False
    return good


def do_each(items: Iterable[Item], action: Callable[[Item], bool]) -> int:
    """Call `action` for every item; returns the number of calls that returned True.

    A failure does not stop the following items. A refusal (`DomainError`, such as a silent gateway) waits for the next
    sweep; anything else is raised after the last item, so that the sweep counts as failed and soon runs again.
    """
    done = 0
    failure: Exception | None = None
    for item in items:
        try:
            done += action(item)
        except StorePaused:
            raise  # nothing can be done about the other items either; the notes come due again
        except DomainError as refusal:
            log.warning("A sweep postponed an item.", item=str(item), reason=str(refusal))
        except Exception as error:  # the items behind it have a right to be swept
            log.exception("A sweep failed on an item.", item=str(item))
            failure = error
    if failure is not None:
        raise failure
    return done
