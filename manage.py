#!/usr/bin/env python
"""The operators' door: `manage.py help` lists the commands."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    if sys.argv[1:2] == ["services"]:  # makes what the settings need, so it cannot wait for them
        from apps.diagnostics.management.commands.services import Command

        Command().run_from_argv(sys.argv)
        return
    if sys.argv[1:] in (
        [],
        ["help"],
        ["-h"],
        ["--help"],
    ):  # needs the names of the apps, not their code
        from config.overview import make_overview

        sys.stdout.write(f"{make_overview()}\n")
        return
    from django.core.exceptions import ImproperlyConfigured

    from apps.common.origin import from_command, use_origin
    from apps.tenancy.context import system_scope
    from config.management import run

    # Who may run this may read the database anyway: commands see everybody's rows.
    origin = from_command(" ".join(sys.argv[1:2]))
    try:
        with system_scope("manage.py"), use_origin(lambda: origin):
            run(sys.argv)
    except ImproperlyConfigured as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(
            f"{error}. On a machine for trying things out, `make run` sets everything; .env.example explains it."
        )


if __name__ == "__main__":
    main()
