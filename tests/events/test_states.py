"""The table of a message's states."""

from apps.events.states import MESSAGE_TRANSITIONS
from tests.support.moves import list_forbidden, parse_forbidden

MESSAGES = """
    pending: pending
    delivered: delivered dead
    dead: delivered dead
"""


def test_the_table_forbids_what_is_written_down() -> None:
    assert list_forbidden(MESSAGE_TRANSITIONS) == parse_forbidden(MESSAGES)
