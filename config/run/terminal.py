"""What `make run` says: short lines, colour only on a terminal."""

import sys

from rich.console import Console
from rich.text import Text

console = Console(highlight=False, soft_wrap=True)


def step(text: str) -> None:
    console.print(Text.assemble(("  ✓ ", "green"), text))


def working(text: str) -> None:
    """A line that the next `step` replaces; prints nothing if the terminal can't replace lines."""
    if console.is_terminal:
        console.print(Text.assemble(("  … ", "dim"), text), end="\r")


def problem(what: str, advice: str = "") -> None:
    """The failure, then the remedy."""
    sys.stdout.flush()
    console.print(Text.assemble(("  ✗ ", "bold red"), what))
    if advice:
        console.print(Text(f"    {advice}"))
