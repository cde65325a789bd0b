"""Documents name files and headings that exist."""

import ast
import re
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.core.management import get_commands, load_command_class

from apps.diagnostics.reference import FOUND_BY_NAME
from config.run import chromium, suite

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/decisions/*.md")])
# The changelog names what was there at its time.
MAPS = [page for page in PAGES if page.name != "CHANGELOG.md"]

LINK = re.compile(r"\]\(([^)\s]+)\)")
FILE = re.compile(
    r"`((?:apps|benchmarks|config|deploy|docs|findings|static|templates|tests|tools)/[\w./-]*)`"
)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
PLACEHOLDER = re.compile(r"NAME|NNNN")


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {_anchor(heading) for heading in headings}


def _anchor(heading: str) -> str:
    """As GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _broken_links(page: Path) -> Iterator[str]:
    for link in LINK.findall(FENCE.sub("", page.read_text("utf-8"))):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (
            anchor and target.suffix == ".md" and anchor not in _anchors(target)
        ):
            yield link


def _faults(pages: list[Path], find: Callable[[Path], Iterable[str]]) -> dict[str, list[str]]:
    """By the page's name; pages without a fault are left out."""
    found = {_name(page): list(find(page)) for page in pages}
    return {name: faults for name, faults in found.items() if faults}


def test_links_lead_somewhere() -> None:
    assert _faults(PAGES, _broken_links) == {}


def _missing_files(page: Path) -> Iterator[str]:
    for name in FILE.findall(page.read_text("utf-8")):
        if not PLACEHOLDER.search(name) and not (ROOT / name).exists():
            yield name


def test_named_files_exist() -> None:
    assert _faults(MAPS, _missing_files) == {}


TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def _missing_tests(page: Path) -> Iterator[str]:
    for file, name in TEST.findall(page.read_text("utf-8")):
        if f"def {name}(" not in (ROOT / file).read_text("utf-8"):
            yield name


def test_named_tests_exist() -> None:
    assert _faults(MAPS, _missing_tests) == {}


COMMAND = re.compile(r"manage\.py ([a-z0-9_]+)((?: +(?!#)[^`\s|]+)*)")
# Names that stand for a command in a sentence about commands.
ANY_COMMAND = {"help"}


def _unknown_options(name: str, words: str) -> Iterator[str]:
    command = get_commands().get(name)
    if command is None:
        yield name
        return
    loaded = load_command_class(command, name) if isinstance(command, str) else command
    parser: ArgumentParser = loaded.create_parser("manage.py", name)
    known = set(parser._option_string_actions)
    yield from (
        f"{name} {option}" for option in re.findall(r"--[a-z][a-z-]*", words) if option not in known
    )


def _wrong_commands(page: Path) -> Iterator[str]:
    for name, words in COMMAND.findall(page.read_text("utf-8")):
        if name not in ANY_COMMAND:
            yield from _unknown_options(name, words)


def test_named_commands_have_the_named_options() -> None:
    assert _faults(MAPS, _wrong_commands) == {}


def test_the_workflow_installs_what_the_suite_needs() -> None:
    """The suite installs programs only as root, and the workflow's user is not root. Its image has Chrome."""
    workflow = (ROOT / ".github/workflows/ci.yml").read_text("utf-8")
    packages = [
        package
        for _name, _title, packages in (*suite.TOOLS, *suite.SERVERS)
        for package in packages.split()
    ] + [package for package in chromium.PACKAGES if package != "chromium"]
    assert [package for package in packages if package not in workflow.split()] == []


def test_every_module_says_what_it_is() -> None:
    """Its first sentence is its line in docs/reference.md."""
    files = [*(ROOT / "apps").rglob("*.py"), *(ROOT / "config").rglob("*.py")]
    ours = [path for path in files if "migrations" not in path.parts and path.name != "apps.py"]
    silent = [path for path in ours if path.stat().st_size and not _docstring(path)]
    assert [_name(path) for path in silent] == []


def _docstring(path: Path) -> str | None:
    return ast.get_docstring(ast.parse(path.read_text("utf-8")))


def test_every_guide_is_linked() -> None:
    """Decisions are found by their number."""
    linked = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in PAGES
        for link in LINK.findall(page.read_text("utf-8"))
    }
    assert [_name(page) for page in (ROOT / "docs").glob("*.md") if page not in linked] == []


# Tests of what is no app: several apps, the project around them, or the tests themselves.
NO_APP = {"api", "architecture", "benchmarks", "browser", "embedded", "faults", "flows", "support"}
NO_APP |= {"soak", "vendors"}
NO_APP |= {"tickets"}  # of the app `support`: the folder of its name holds what tests share


def test_every_folder_of_tests_is_named_after_what_it_tests() -> None:
    folders = {path.parent.name for path in (ROOT / "tests").glob("*/*.py")}
    assert sorted(folders - NO_APP - {path.name for path in (ROOT / "apps").iterdir()}) == []


def test_every_variable_is_explained() -> None:
    """In the guide's table and in `.env.example`, those of docker-compose.yml in one of them."""
    section = (ROOT / "docs/reference.md").read_text("utf-8").split("## Environment\n")[1]
    read = re.findall(r"^\| `([A-Z_]+)` \|", section.split("\n## ")[0], re.MULTILINE)
    compose = (ROOT / "docker-compose.yml").read_text("utf-8")
    named = re.findall(r"\$\{([A-Z_]+):", compose)
    guide = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs/operations.md").read_text("utf-8")))
    example = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)
    assert len(read) > 60
    assert sorted(set(read) - guide) == []
    assert sorted(set(read) - set(example)) == []
    assert sorted(set(named) - guide - set(example)) == []
    assert sorted({name for name in example if example.count(name) > 1}) == []


def test_every_hook_is_in_the_reference() -> None:
    hooks = re.findall(r"= Hook\[.*\]\(\"(\w+)\"", "\n".join(_sources()))
    assert len(hooks) > 8
    assert sorted(set(hooks) - set(FOUND_BY_NAME)) == []


def _sources() -> Iterator[str]:
    return (path.read_text("utf-8") for path in (ROOT / "apps").rglob("*.py"))
