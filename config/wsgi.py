"""gunicorn's door."""

import os

from django.core.wsgi import get_wsgi_application

from apps.common.bodies import MeasuredBodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = MeasuredBodies(get_wsgi_application())

from apps.diagnostics.starting import announce_databases, require_safe_start  # noqa: E402  needs the apps to be loaded

require_safe_start()
announce_databases()
