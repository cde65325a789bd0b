"""The Celery app. Tasks of every app are discovered by name (`tasks.py`)."""

import os

from celery import Celery
from celery.signals import celeryd_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")

app = Celery("polystore", task_cls="apps.platform.tenancy.tasks:StoreTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
def refuse_transaction_poolers(**_: object) -> None:
    """A worker behind a transaction pooler would mix up the stores; Celery swallows every other exception here."""
    import django
    from django.core.exceptions import ImproperlyConfigured

    django.setup()
    from apps.platform.tenancy import poolers

    try:
        poolers.refuse_transaction_poolers()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from None
