"""Structured logs: one JSON line an event in production, coloured lines in development.

Every line carries the request id and the store; never a credential, a token or a customer's data.
"""

from typing import Any

import structlog

SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
]

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": SHARED_PROCESSORS,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        },
        "console": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": SHARED_PROCESSORS,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.dev.ConsoleRenderer(
                    exception_formatter=structlog.dev.plain_traceback  # the rich one prints local variables
                ),
            ],
        },
    },
    "handlers": {"default": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["default"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "pymongo": {"level": "WARNING"},
        "psycopg.pool": {"level": "ERROR"},  # its warnings name hosts and users; ours follow
    },
}

structlog.configure(
    processors=[*SHARED_PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
