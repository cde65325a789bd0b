"""Structured logs: one JSON line an event in production, coloured lines in development.

Every line carries the request id and the store; never a credential, a token or a customer's data.
"""

from typing import Any

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "config.log_lines.make_json_lines"},
        "console": {"()": "config.log_lines.make_coloured_lines"},
    },
    "handlers": {"default": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["default"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "pymongo": {"level": "WARNING"},
        "psycopg.pool": {"level": "ERROR"},  # its warnings name hosts and users; ours follow
    },
}
