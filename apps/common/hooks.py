"""Hooks: how an app on a lower floor runs what apps above it registered, without importing them.

    after_restore = Hook[Callable[[bool], None]]("restored")      # the lower app

    @after_restore                                                # restored.py of any app above
    def rebuild_search_words(copied: bool) -> None: ...

    for function in after_restore: function(copied)               # the lower app again

The modules are found by their name at the first use, when all apps are loaded.
"""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from django.utils.module_loading import autodiscover_modules

T = TypeVar("T")


class Hook(Generic[T]):
    """The items that the apps' modules of this name registered, by key: a module that is imported twice registers its
    items once.

    `key` names an item; the default takes a function's module and name. Items come sorted by their keys.
    """

    def __init__(self, module: str, *, key: Callable[[T], str] | None = None) -> None:
        self.module = module
        self._key = key or _name_of
        self._items: dict[str, T] = {}
        self._is_complete = False

    def __call__(self, item: T) -> T:
        """Register; usable as a decorator."""
        self._items[self._key(item)] = item
        return item

    def registered(self) -> list[T]:
        """The items registered so far, without a search in the apps."""
        return list(self._items.values())

    def forget(self, item: T) -> None:
        """Unregister an item. For tests that register their own items."""
        self._items.pop(self._key(item), None)

    def items(self) -> dict[str, T]:
        """Everything that is registered, by key, of every installed app."""
        if not self._is_complete:
            autodiscover_modules(self.module)
            self._is_complete = True
        return dict(sorted(self._items.items()))

    def __iter__(self) -> Iterator[T]:
        return iter(self.items().values())


def _name_of(function: object) -> str:
    return f"{getattr(function, '__module__', '')}.{getattr(function, '__qualname__', '')}"
