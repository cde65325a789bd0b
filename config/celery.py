"""The Celery app. Tasks of every app are discovered by name (`tasks.py`)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")

app = Celery("polystore", task_cls="apps.platform.tenancy.tasks:StoreTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
