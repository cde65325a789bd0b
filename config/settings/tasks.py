"""Celery. Every task runs inside the store that published it: `apps/tenancy/tasks.py`."""

from typing import Any

from config.settings.environment import env

# Its module is imported when the apps are ready: what only reads the settings needs no Celery.
TASKS_APP = "config.celery"
CELERY_BROKER_URL: str = env("CELERY_BROKER_URL", default=env("REDIS_URL"))
CELERY_TASK_DEFAULT_QUEUE: str = env("CELERY_QUEUE", default="polystore")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    "visibility_timeout": 1800,
    "global_keyprefix": env("CACHE_PREFIX", default="polystore") + ":celery:",
    "socket_connect_timeout": 1,
    "socket_timeout": 3,  # longer than a worker's BRPOP of a second
}
# An unreachable broker must not block a request: important work is in the outbox and found by sweeps.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "wake-stores": {"task": "platform.wake_stores", "schedule": 15.0},
    "prune-usage": {"task": "metering.prune_usage", "schedule": 86400.0},
    "end-visits": {"task": "accounts.end_visits", "schedule": 60.0},
    "prune-platform": {"task": "accounts.prune_platform", "schedule": 86400.0},
    "seal-platform-audit": {"task": "events.seal_platform_audit", "schedule": 3600.0},
    "wake-all-stores": {"task": "platform.wake_all_stores", "schedule": 600.0},
    "relay-platform-outbox": {"task": "events.relay_platform_outbox", "schedule": 60.0},
    "handle-platform-inbox": {"task": "inbox.handle_platform_due", "schedule": 60.0},
    "flush-usage-counts": {"task": "metering.flush_counts", "schedule": 30.0},
    "rebuild-figures": {"task": "insight.rebuild_figures", "schedule": 3600.0},
    "bill-stores": {"task": "billing.take_due_steps", "schedule": 60.0},
    "check-domains": {"task": "platform.check_domains", "schedule": 60.0},
    "resume-deletions": {"task": "operations.resume_deletions", "schedule": 120.0},
    "resume-moves": {"task": "operations.resume_moves", "schedule": 20.0},
    "resume-provisioning": {"task": "provisioning.resume_provisioning", "schedule": 20.0},
    "resume-sandboxes": {"task": "operations.resume_sandboxes", "schedule": 20.0},
}
