"""`makemigrations --check` from the files alone: no database is asked what it has applied."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")


def main() -> None:
    """Exit code 1 when a model has changed without a migration."""
    import django
    from django.core.management import call_command
    from django.db.migrations.loader import MigrationLoader

    django.setup()
    MigrationLoader.check_consistent_history = lambda self, connection: None  # type: ignore[method-assign]
    call_command("makemigrations", check_changes=True, dry_run=True)


if __name__ == "__main__":
    main()
