"""The Celery app. Tasks of every app are discovered by name (`tasks.py`)."""

import os

from celery import signals

from apps.tenancy.task_publishing import PausingCelery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = PausingCelery("polystore", task_cls="apps.tenancy.tasks:StoreTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.celeryd_init.connect
@signals.beat_init.connect
def require_safe_start(**_: object) -> None:
    """No task runs where stores could be mixed up. Celery swallows every exception here but `SystemExit`."""
    import django

    django.setup()
    from apps.diagnostics import starting

    starting.require_safe_start()
