"""The copy of the index in another backend, where the store has none yet or its server has lost it."""

from apps.platform.sweeps import sweep
from apps.search import services as search


@sweep
def build_missing_copy() -> int:
    return int(search.build_missing_copy())
