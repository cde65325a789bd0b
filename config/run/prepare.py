"""Bring every database up to date and load the demo, in one process: each step is quick when nothing is to do."""

import io
import json
import os
import subprocess
import sys
import time
import traceback
from typing import Any

from config.embedded.environment import is_replaced
from config.embedded.paths import PROJECT_ROOT, find_local, write_private
from config.run.terminal import problem, step, working

# The exit code when another version wrote the data: a repeated start would fail in the same way.
OTHER_DATA = 2
STEPS = (
    ("The platform's database", "migrate_platform"),
    ("The documents", "migrate_documents"),
    ("The template of a store", "build_template"),
    ("The stores' databases", "migrate_stores"),
    ("The demo", "load_demo"),
)


def main() -> int:
    """Exit code 0, 1 with a message about the failed step, or `OTHER_DATA`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    log = find_local().logs / "prepare.log"
    current = "Loading the settings"
    try:
        working(current)
        import django

        django.setup()
        from django.core.management import call_command

        from apps.placements.release.migration_graph import list_sources
        from apps.provisioning.services.master import list_unknown_migrations
        from apps.tenancy.context import system_scope

        if unknown := list_unknown_migrations():
            why = "has other statements" if unknown[0] in list_sources() else "is missing"
            problem(
                f"The data in {find_local().root} was written by another version of Polystore "
                f"(its migration {unknown[0]} {why} in this checkout).",
                "A checkout of that version still reads the data. `make clean` deletes it, then `make run` starts again.",
            )
            return OTHER_DATA
        for title, command in STEPS:
            current = f"{title} (manage.py {command})"
            working(current)
            started = time.monotonic()
            with system_scope("make run"):
                if command == "load_demo":
                    load_side_by_side()
                call_command(command, verbosity=0, stdout=io.StringIO())
            step(f"{title}: up to date ({time.monotonic() - started:.1f} s)")
        current = "The vendors of the demo (manage.py vendors connect)"
        connect_vendors()
        write_private(find_local().root / "addresses.json", json.dumps(list_addresses()))
    except Exception as error:
        # any step may fail in any way; the person gets one line, the log the rest
        log.write_text(traceback.format_exc(), encoding="utf-8")
        problem(f"{current} failed: {_first_line(error)}", f"The whole story is in {log}.")
        return 1
    return 0


def connect_vendors() -> None:
    """The demo's shop in India hears from the vendors that `make run` has started."""
    from django.conf import settings
    from django.core.management import call_command

    if settings.DEMO_VENDORS_URL:
        call_command("vendors", "connect", verbosity=0, stdout=io.StringIO())


def load_side_by_side() -> None:
    """On the first start a separate process fills each demo shop, because it takes more than half a minute."""
    from apps.demo.services import load_platform
    from apps.demo.shops import SHOPS
    from apps.platform.models import Store

    slugs = [shop.slug for shop in SHOPS]
    if Store.objects.using("platform").filter(slug__in=slugs).exists():
        return
    load_platform()
    loads = [
        subprocess.Popen(
            [sys.executable, "manage.py", "load_demo", "--shop", slug, "--verbosity", "0"],
            cwd=PROJECT_ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for slug in slugs
    ]
    try:
        complaints = [load.communicate()[1] for load in loads]
    finally:
        for load in loads:
            load.kill()
    for load, complaint in zip(loads, complaints, strict=True):
        if load.returncode:
            raise RuntimeError(complaint.strip() or f"load_demo ended with {load.returncode}.")


def list_addresses() -> list[dict[str, Any]]:
    """Name and main host of every store that serves pages."""
    from django.conf import settings

    from apps.platform.models import Store

    stores = Store.objects.using("platform").filter(status="active").order_by("created_at")
    return [
        {"name": store.name, "host": f"{store.slug}.{settings.STORE_DOMAIN}"}
        for store in stores[:20]
    ]


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


if __name__ == "__main__":
    if not is_replaced("DATABASE_URL"):
        # Thousands of commits need no separate flush: data that is lost in a power cut is created again.
        os.environ["PGOPTIONS"] = "-c synchronous_commit=off"
    sys.exit(main())
