"""`docs/reference.md`: lists that are generated from the code."""

import ast
import re
from collections.abc import Iterator
from configparser import ConfigParser
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from celery import current_app
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.urls import URLPattern, URLResolver, get_resolver

from apps.diagnostics.temporary import TEMPORARY
from apps.operations.moving.steps import STEPS as MOVING
from apps.provisioning.steps import STEPS as OPENING

HEAD: Final = """# Reference

Written by `manage.py write_docs`; a test keeps it equal to the code. The meaning of the lists is in
[architecture.md](architecture.md).
"""
# Modules that an app on a lower floor finds by name in every app, and that app.
FOUND_BY_NAME: Final = {
    "documents": "classes whose rows are documents (`apps/tenancy/documents/discovery.py`)",
    "defaults": "`@seeds`: what a new store starts with (`apps/platform/seeding.py`)",
    "sweeps": "`@sweep`: what is finished, undone or expired when it is due (`apps/platform/sweeps.py`)",
    "consumers": "`@consumes(topic)`: messages of the outbox (`apps/events/consumers.py`)",
    "tasks": "Celery tasks",
    "inbox": "`receives(Source(...))`: what is done with messages of a sender (`apps/inbox/sources.py`)",
    "kind": "`@outside_system`: outside systems that stores connect to (`apps/integrations/installed.py`)",
    "integration_checks": "`@integration_check`: what is wrong between a store and other systems (`apps/platform/outside_checks.py`)",
    "counted": "`counts_stock`: the stock by which lists filter and sort (`apps/search/stock.py`)",
    "stocked": "`@finds_variants`: the variants that stock is kept of, by SKU (`apps/inventory/variants.py`)",
    "restored": "`@after_restore`: what is derived is computed again (`apps/operations/restore/reconciling.py`)",
    "branched": "`publishes(...)`: what a sandbox may publish (`apps/operations/sandboxes/publishable.py`)",
    "status_changed": "`@when_status_changes`: suspended, reinstated, archived (`apps/operations/store_status.py`)",
    "agreed": "`@follows_agreements`, `@follows_deletions`: a store's subscription or status changed, its row goes (`apps/platform/agreements.py`)",
    "shown_pictures": "`@shows_pictures`: which files outlive the product they were made for (`apps/pictures/shown_elsewhere.py`)",
    "held_outside": "`@deletes_outside`: what other servers hold of a store that is deleted (`apps/operations/deletion/held_outside.py`)",
    "probed": "`@probes`: servers beside the databases, for `/ready` and `manage.py databases` (`apps/diagnostics/other_servers.py`)",
    "carrier_phones": "`@carrier_phone`: whether a carrier needs the buyer's phone number (`apps/checkout/phones.py`)",
    "dead_ends": "`dead_end(Kind(...))`: what goes no further by itself and needs a decision (`apps/platform/dead_ends.py`)",
    "mail_types": "`mail_type(...)`, `mail_kind(...)`: the mails an app sends, their variables, what people may refuse (`apps/notifications/mail_registry.py`)",
    "letterheads": "`@letterhead_source`: the store's look, for mails of apps below the theme (`apps/notifications/letterhead.py`)",
    "mail_readers": "`@reader_refused`, `@reader_erased`: what apps keep for a reader who refuses mails, or is erased (`apps/notifications/readers.py`)",
    "ledger_checks": "`@checks_ledger`: numbers of two sources that must agree (`apps/platform/ledgers.py`)",
    "papers": "`@paper`: the file that goes with the mail about a payment or a parcel (`apps/fulfilment/papers.py`)",
    "unfinished": "`@names_unfinished_work`: what is open in a store that is to be closed (`apps/operations/deletion/unfinished_work.py`)",
}


def render_page() -> str:
    """The whole page, as Markdown."""
    parts = (_floors(), _files(), _found_by_name(), _clocks(), _temporary(), _steps(), _commands(), _variables(), _routes(), _libraries())  # fmt: skip
    return "\n".join([HEAD, *(line for part in parts for line in part)]).rstrip() + "\n"


def _floors() -> Iterator[str]:
    """From `.importlinter` and the docstrings of the apps' configurations."""
    contracts = ConfigParser()
    contracts.read(settings.BASE_DIR / ".importlinter", encoding="utf-8")
    rows = contracts["importlinter:contract:floors"]["layers"].split("\n")
    rule = "Imports point down only; apps side by side do not import each other."
    yield from ("## Floors", "", rule, "", "| floor | app | what |", "|---|---|---|")
    floors = [row.strip() for row in rows if row.strip()]
    for number, row in enumerate(floors):
        for label in (one.strip() for one in row.split("|")):
            yield f"| {len(floors) - number} | `{label}` | {_words_of_app(label)} |"
    yield ""


def _words_of_app(label: str) -> str:
    if apps.is_installed(f"apps.{label}"):
        return _first_sentence(type(apps.get_app_config(label)).__doc__ or "")
    return _first_sentence(import_module(f"apps.{label}").__doc__ or "")


def _files() -> Iterator[str]:
    yield from ("## Files", "", "The first sentence of every module.", "")
    for folder in sorted((settings.BASE_DIR / "apps").iterdir()):
        if not (folder / "__init__.py").is_file():
            continue
        found = [(path, _module_sentence(path)) for path in sorted(folder.rglob("*.py"))]
        kept = [(path, text) for path, text in found if text and "migrations" not in path.parts]
        if kept:
            yield from (f"### {folder.name}", "", "| file | what |", "|---|---|")
            for path, text in kept:
                yield f"| `{path.relative_to(folder)}` | {text} |"
            yield ""


def _module_sentence(path: Path) -> str:
    return _first_sentence(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")


def _found_by_name() -> Iterator[str]:
    yield from (
        "## Modules that are found by their name",
        "",
        "| module | holds | in |",
        "|---|---|---|",
    )
    for name, words in FOUND_BY_NAME.items():
        having = [
            config.label
            for config in apps.get_app_configs()
            if config.name.startswith("apps.") and (Path(config.path) / f"{name}.py").is_file()
        ]
        yield f"| `{name}.py` | {words} | {', '.join(sorted(having))} |"
    yield ""


def _clocks() -> Iterator[str]:
    current_app.loader.import_default_modules()
    yield from ("## Clocks", "", "| every | task | what |", "|---|---|---|")
    beat: dict[str, dict[str, Any]] = settings.CELERY_BEAT_SCHEDULE
    for row in sorted(beat.values(), key=lambda row: (row["schedule"], row["task"])):
        run = current_app.tasks[row["task"]].run
        service = _first_sentence(run.__doc__ or "")
        yield f"| {_span(row['schedule'])} | `{row['task']}` | {service} |"
    yield ""


def _temporary() -> Iterator[str]:
    rule = (
        "Deleted by themselves, by a sweep in every store or by a clock. Everything else is kept."
    )
    yield from (
        "## What does not stay",
        "",
        rule,
        "",
        "| what | deleted after | by |",
        "|---|---|---|",
    )
    for expiry in TEMPORARY.values():
        yield f"| {expiry.what} | {expiry.after} | `{expiry.by}` |"
    yield ""


def _steps() -> Iterator[str]:
    for title, steps in (("Steps of an opening", OPENING), ("Steps of a move", MOVING)):
        yield from (f"## {title}", "", "| step | what people see |", "|---|---|")
        for step in steps:
            yield f"| `{step.name}` | {step.message} |"
        yield ""


def _commands() -> Iterator[str]:
    yield from ("## Commands", "", "| command | app | what |", "|---|---|---|")
    for name, app in sorted(get_commands().items()):
        if str(app).startswith("apps."):
            words = _first_sentence(load_command_class(app, name).help)
            yield f"| `{name}` | {str(app).removeprefix('apps.')} | {words} |"
    yield ""


def _variables() -> Iterator[str]:
    """Every call of `env` in the settings, with the comment above it."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted((settings.BASE_DIR / "config" / "settings").glob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for node in ast.walk(ast.parse("\n".join(lines))):
            if isinstance(node, ast.Call) and _is_env(node.func) and node.args:
                first = node.args[0]
                if not isinstance(first, ast.Constant):
                    continue
                name = str(first.value)
                default = [
                    ast.unparse(word.value) for word in node.keywords if word.arg == "default"
                ]
                found.setdefault(name, ("".join(default), path.name))
    yield from ("## Environment", "", "`.env.example` explains them.", "")
    yield from ("| variable | default | read in `config/settings/` |", "|---|---|---|")
    for name, (value, place) in sorted(found.items()):
        shown = f"`{value}`" if value else ""
        yield f"| `{name}` | {shown} | `{place}` |"
    yield ""


def _is_env(function: ast.expr) -> bool:
    owner = function.value if isinstance(function, ast.Attribute) else function
    return isinstance(owner, ast.Name) and owner.id == "env"


def _routes() -> Iterator[str]:
    for title, module in (
        ("Pages and API of a store", "config.urls.store"),
        ("Pages and API of the platform", "config.urls.platform"),
    ):
        yield from (f"## {title}", "", "| path | name |", "|---|---|")
        for path, name in sorted(set(_walk(get_resolver(module).url_patterns, ""))):
            if path.startswith("mailbox/"):  # in development alone
                continue
            yield f"| `/{path}` | {name} |"
        yield ""


def _walk(patterns: list[Any], prefix: str) -> Iterator[tuple[str, str]]:
    """The project's routes, without both admins and Django's own."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if route.startswith("admin/"):
            continue
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route, str(pattern.name or "")


def _libraries() -> Iterator[str]:
    yield from ("## Libraries", "", "| used for | packages |", "|---|---|")
    for path in sorted((settings.BASE_DIR / "requirements").glob("*.in")):
        lines = (
            line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()
        )
        names = [
            re.split(r"[\[<>=!~; ]", line)[0] for line in lines if line and not line.startswith("-")
        ]
        yield f"| {path.stem} | {', '.join(sorted(names))} |"
    yield ""


def _first_sentence(text: str) -> str:
    """Up to the first full stop, on one line, with what Markdown's tables would read as a border escaped."""
    flat = " ".join(text.split())
    sentence = re.split(r"(?<=\.)\s", flat, maxsplit=1)[0]
    return sentence.replace("|", "\\|")


def _span(seconds: float) -> str:
    whole = int(seconds)
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if whole % size == 0:
            count = whole // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{whole} seconds"
