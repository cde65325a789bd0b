"""The asynchronous door."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = get_asgi_application()

from apps.diagnostics.starting import announce_databases, require_safe_start  # noqa: E402  needs the apps to be loaded

require_safe_start()
announce_databases()
