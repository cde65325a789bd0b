"""How a log line is written. `LOGGING` names these makers by their paths: settings that are only read load no logging library."""

import sys
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter

SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
]


def make_json_lines() -> ProcessorFormatter:
    return ProcessorFormatter(
        foreign_pre_chain=SHARED_PROCESSORS,
        processors=[
            ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
    )


def make_coloured_lines() -> ProcessorFormatter:
    """Coloured at a terminal only."""
    renderer = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(),
        exception_formatter=structlog.dev.plain_traceback,  # the rich one prints local variables
    )
    return ProcessorFormatter(
        foreign_pre_chain=SHARED_PROCESSORS,
        processors=[ProcessorFormatter.remove_processors_meta, renderer],
    )


structlog.configure(
    processors=[*SHARED_PROCESSORS, ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
