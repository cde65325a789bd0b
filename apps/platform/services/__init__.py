"""Every write to the platform's registry."""

from apps.platform.services.checking import check_connection, check_store
from apps.platform.services.credentials import (
    change_database_credentials,
    change_documents_credentials,
    deactivate_integration,
    save_integration,
)
from apps.platform.services.jobs import (
    enqueue_provisioning,
    resume_stalled_jobs,
    retry_provisioning,
)
from apps.platform.services.limits import require_within_limit
from apps.platform.services.plans import change_plan, seed_plans
from apps.platform.services.provisioning import run_provisioning
from apps.platform.services.rotation import rotate_credentials
from apps.platform.services.standing import (
    Standing,
    archive_store,
    change_suspension_reason,
    reinstate_store,
    set_published,
    suspend_store,
)
from apps.platform.services.stores import (
    add_domain,
    forget_addresses,
    open_store,
    register_store,
    remove_domain,
    request_provisioning,
    save_store,
)
from apps.platform.services.usage import record_orders
from apps.platform.services.wake_ups import note_wake_up, wake_all_stores, wake_stores

__all__ = [
    "Standing",
    "add_domain",
    "archive_store",
    "change_database_credentials",
    "change_documents_credentials",
    "change_plan",
    "change_suspension_reason",
    "check_connection",
    "check_store",
    "deactivate_integration",
    "enqueue_provisioning",
    "forget_addresses",
    "note_wake_up",
    "open_store",
    "record_orders",
    "register_store",
    "reinstate_store",
    "remove_domain",
    "request_provisioning",
    "require_within_limit",
    "resume_stalled_jobs",
    "retry_provisioning",
    "rotate_credentials",
    "run_provisioning",
    "save_integration",
    "save_store",
    "seed_plans",
    "set_published",
    "suspend_store",
    "wake_all_stores",
    "wake_stores",
]
