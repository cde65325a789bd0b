"""Settings, URLs, the Celery app, the embedded services: how the project is put together."""
