"""`manage.py help`: our commands first, with a line each. Files are read: no command and no model is imported.

A command's `help` must be one literal for that.
"""

import ast
import pkgutil
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.color import color_style

GROUPS: Final = {
    "Stores": (
        "list_stores",
        "provision_store",
        "create_login",
        "suspend_store",
        "reinstate_store",
        "publish_store",
        "unpublish_store",
        "archive_store",
        "move_store",
        "branch_store",
        "delete_store",
    ),
    "Plans and billing": (
        "change_plan",
        "grant_limit",
        "subscription",
        "bill_stores",
        "mark_paid",
        "charge_invoice",
        "rebuild_figures",
    ),
    "Databases": (
        "databases",
        "check_connection",
        "check_audit_log",
        "check_ledger",
        "check_domains",
        "check_integrations",
        "reconcile_payments",
        "dead_ends",
        "replay_inbox",
        "sync_easyecom",
        "rebuild_order",
        "extract_schema",
    ),
    "Upgrading, in this order": (
        "migrate_platform",
        "migrate_documents",
        "build_template",
        "migrate_stores",
    ),
    "Backups": (
        "backup_store",
        "restore_store",
        "backup_platform",
        "restore_platform",
        "verify_backup",
    ),
    "More": (
        "cache",
        "rebuild_search",
        "einvoices",
        "export_gstr1",
        "receive_mail",
        "export_oss",
        "services",
        "load_demo",
        "vendors",
        "write_docs",
        "rotate_credentials_key",
        "reset_development_documents",
    ),
}
INSTEAD: Final = {
    "migrate": (
        "Every home of data is migrated by a command of its own: migrate_platform, migrate_documents, build_template, "
        "migrate_stores, in this order."
    ),
    "showmigrations": (
        "Every home of data has its own list: migrate_platform --dry-run, migrate_documents --dry-run and "
        "migrate_stores --dry-run say what is new in each."
    ),
}


def make_overview() -> str:
    """Our commands by subject, then the names of Django's. Settings that can't be read are a line at the end."""
    style, complaint, apps = color_style(), "", []
    try:
        apps = settings.INSTALLED_APPS
    except (ImproperlyConfigured, ImportError) as error:
        complaint = f"The settings can't be read: {error}"
    known = find_commands(apps)
    lines = ["Type 'manage.py help COMMAND' for one of them.", ""]
    for title, names in GROUPS.items():
        lines.append(style.NOTICE(title))
        lines += [f"    {name:28}{first_sentence(known[name])}" for name in names if name in known]
        lines.append("")
    ours = {name for names in GROUPS.values() for name in names}
    others = sorted(set(known) - ours - set(INSTEAD))
    lines += [style.NOTICE("Django's own"), *_wrapped(others)]
    if complaint:
        lines.append(style.ERROR(complaint))
    return "\n".join(lines)


def find_commands(apps: list[str]) -> dict[str, Path]:
    """Every command's file. Of two with one name, the first app's, as in Django."""
    found: dict[str, Path] = {}
    for folder in [*(_folder_of(app) for app in apps), Path(django.__path__[0], "core")]:
        commands = folder / "management" / "commands"
        for module in pkgutil.iter_modules([str(commands)]):
            if not module.ispkg and not module.name.startswith("_"):
                found.setdefault(module.name, commands / f"{module.name}.py")
    return found


def first_sentence(file: Path) -> str:
    """Of the `help` of the command in a file."""
    text = _help_in(ast.parse(file.read_bytes())).split(". ")[0].rstrip(".")
    return text if len(text) <= 90 else f"{text[:87]}..."


def _folder_of(app: str) -> Path:
    """The app's package, which `INSTALLED_APPS` names itself or by its `AppConfig`."""
    if (spec := find_spec(app)) is None and (spec := find_spec(app.rsplit(".", 2)[0])) is None:
        raise ImproperlyConfigured(f"There is no app {app}.")
    return Path(str(spec.origin)).parent


def _help_in(module: ast.Module) -> str:
    commands = (node for node in module.body if isinstance(node, ast.ClassDef))
    for node in (node for command in commands for node in command.body):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "help":
            return str(node.value.value) if isinstance(node.value, ast.Constant) else ""
    return ""


def _wrapped(names: list[str]) -> list[str]:
    lines, line = [], "   "
    for name in names:
        if len(line) + len(name) > 100:
            lines.append(line)
            line = "   "
        line += f" {name}"
    return [*lines, line]
