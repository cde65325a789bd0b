"""Words that make a sentence hard to follow, counted against a limit: `python -m config.run.wording` in `make check`.

Pronouns without a noun make a reader guess who is meant; household words stand for terms that
docs/glossary.md has. Texts that people read in the product contain none; docstrings, comments and documents a few.
"""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from config.embedded.paths import PROJECT_ROOT

IN_MESSAGES: Final = 0
IN_ALL: Final = 10

# What to look for, and what to write instead.
WORDS: Final = {
    r"nobody|no one": "the noun: visitors, staff, another process; or the passive",
    r"somebody|someone": "the noun: a customer, another request",
    r"whoever|whomever": "the noun",
    r"anybody|everybody": "the noun: every visitor, all staff",
    r"told": "notified, reported, returned",
    r"(?:become|becomes|became|becoming) of": "the result, the state",
    r"knock(?:s|ed|ing)?": "probe, webhook",
    r"(?:put|puts|putting) away": "archive, archived",
    r"taken back": "cancelled, undone, returned",
    r"(?<!tea-)house(?! number)": "project, warehouse, app",
    r"mend(?:s|ed|ing)?": "fix, repair",
    r"(?:come|comes|came) to no end": "stalled, unfinished",
    r"anew": "again",
    r"of before": "previous, older",
    r"no way back": "this can't be undone",
    r"(?:throw|throws|threw|thrown|throwing) away": "discard, delete",
    r"(?:stands|stood) (?:in|on|at)": "is in, is at",
    r"knows? (?:no|nothing)": "does not have, does not depend on",
}
PATTERN: Final = re.compile(rf"\b(?:{'|'.join(WORDS)})\b", re.IGNORECASE)

# Texts that are not ours to shorten: what shops say of themselves, and files written by a program.
LEFT_OUT: Final = (
    "apps/demo/shops/",  # products of the demo, in the voice of their merchants
    "apps/content/drafts.py",  # drafts of legal pages
    "docs/reference.md",  # repeats docstrings, which are counted where they stand
    "config/run/wording.py",
    "/migrations/",
)
FILES: Final = (
    ("apps", "py"),
    ("config", "py"),
    ("docs", "md"),
    ("static", "css"),
    ("static", "js"),
    ("templates", "html"),
    ("templates", "txt"),
)
IN_ROOT: Final = ("CONTRIBUTING.md", "README.md")  # not CHANGELOG.md, a record of its time
NAMES: Final = {"config/embedded/privileges.py": {"nobody"}}  # a user of Unix


class Finding(NamedTuple):
    file: str
    line: int
    word: str
    is_message: bool


def main() -> int:
    findings = list(find_all())
    messages = [finding for finding in findings if finding.is_message]
    if len(messages) <= IN_MESSAGES and len(findings) <= IN_ALL:
        return 0
    folders = Counter("/".join(finding.file.split("/")[:2]) for finding in findings)
    print(f"In messages: {len(messages)}, allowed {IN_MESSAGES}.")
    print(
        f"In apps, config, docs, static, templates and the root's documents: {len(findings)}, allowed {IN_ALL}."
    )
    print("By folder:", ", ".join(f"{folder} {count}" for folder, count in folders.most_common()))
    for finding in findings:
        kind = " (message)" if finding.is_message else ""
        print(f"{finding.file}:{finding.line}: {finding.word}{kind}")
    print("Write instead:")
    for word, better in WORDS.items():
        print(f"  {word}: {better}")
    return 1


def find_all() -> Iterator[Finding]:
    for name in IN_ROOT:
        yield from find_in(name, PROJECT_ROOT / name)
    for folder, suffix in FILES:
        for path in sorted((PROJECT_ROOT / folder).rglob(f"*.{suffix}")):
            name = path.relative_to(PROJECT_ROOT).as_posix()
            if not any(left_out in name for left_out in LEFT_OUT):
                yield from find_in(name, path)


def find_in(name: str, path: Path) -> Iterator[Finding]:
    text = path.read_text("utf-8")
    messages = _message_lines(text) if path.suffix == ".py" else set()
    if name.startswith("templates/"):
        messages = set(range(1, len(text.splitlines()) + 1))
    for number, line in enumerate(text.splitlines(), start=1):
        for match in PATTERN.finditer(line):
            if match.group().lower() not in NAMES.get(name, ()):
                yield Finding(name, number, match.group(), number in messages)


def _message_lines(text: str) -> set[int]:
    """The lines of all string literals that are no docstring."""
    nodes = list(ast.walk(ast.parse(text)))
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    lines: set[int] = set()
    constants = [node for node in nodes if isinstance(node, ast.Constant)]
    for node in constants:
        if isinstance(node.value, str) and id(node) not in docstrings:
            lines.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


if __name__ == "__main__":
    sys.exit(main())
