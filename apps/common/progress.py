"""The progress of long work: one type for backups, moves, openings and the demo.

A message is a marked English text (`gettext_noop`) with the values that belong into it. It is stored in that form and
translated where it is shown, because the worker that writes it does not have the reader's language.
"""

import json
from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext

# Called with the share that is done, from 0 to 1, and a message for `show_message`.
Progress = Callable[[float, str], None]

_LONGEST_VALUE: Final = 100  # text and values fit into the message of a job
_SEPARATOR: Final = "\n"


def ignore_progress(share: float, words: str) -> None:
    """For callers that do not watch."""


def part_of_progress(watch: Progress, start: float, end: float) -> Progress:
    """For one part of longer work: its 0 to 1 are shown as `start` to `end`."""
    return lambda share, words: watch(start + (end - start) * share, words)


def make_message(text: str, **values: object) -> str:
    """A message of a marked text with placeholders, such as `make_message(gettext_noop("Copying %(table)s"), table=...)`.
    Long values are cut."""
    kept = {
        name: value if isinstance(value, int) else str(value)[:_LONGEST_VALUE]
        for name, value in values.items()
    }
    return f"{text}{_SEPARATOR}{json.dumps(kept, ensure_ascii=False)}"


def show_message(message: str) -> str:
    """The message in the language of the reader. A text that is not marked stays as it is."""
    if not message:
        return ""  # gettext would answer with the head of its catalogue
    text, _, values = message.partition(_SEPARATOR)
    try:
        return gettext(text) % json.loads(values) if values else gettext(text)
    except ValueError:  # another text of several lines
        return message
