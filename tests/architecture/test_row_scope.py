"""Row security is on in the tests. What asks to see the rows of all people for a whole module is counted."""

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
ASKED = re.compile(r'usefixtures\([^)]*"(?:system_scope|as_staff)"')
# A module asks when each of its tests acts as staff or as a task. It is counted here, so that a new one is decided upon.
# A single block asks with `seeing_all`, `use_actor` or `use_store(store, actor=...)`.
MODULES = 78


def test_few_modules_ask_for_the_rows_of_all_people() -> None:
    asking = [
        str(path.relative_to(TESTS))
        for path in sorted(TESTS.rglob("test_*.py"))
        if ASKED.search(path.read_text())
    ]
    assert len(asking) <= MODULES, "\n".join(asking)
