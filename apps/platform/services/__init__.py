"""Every write to the platform's registry."""

from apps.platform.services.domains import (
    add_domain,
    claim_domain,
    make_primary,
    remove_domain,
    verify_domain,
)
from apps.platform.services.grants import end_grant, grant_limit
from apps.platform.services.integrations import (
    add_to_integration,
    deactivate_integration,
    end_webhook_secrets,
    make_webhook_secret,
    name_active_integrations,
    remove_integration,
    save_integration,
)
from apps.platform.services.limits import require_placement, require_within_limit, room_for
from apps.platform.services.plans import seed_plans
from apps.platform.services.proving import check_domain, check_now, take_due_checks
from apps.platform.services.publishing import publish_or_wake
from apps.platform.services.storage import limits_uploads, recount_storage, set_storage
from apps.platform.services.stores import forget_addresses_on_commit, save_store
from apps.platform.services.usage import count_products, note_notice, record_orders
from apps.platform.services.wake_ups import (
    ensure_wake_up,
    note_wake_up,
    wake_all_stores,
    wake_stores,
)

__all__ = [
    "add_domain",
    "add_to_integration",
    "check_domain",
    "check_now",
    "claim_domain",
    "count_products",
    "deactivate_integration",
    "end_grant",
    "end_webhook_secrets",
    "ensure_wake_up",
    "forget_addresses_on_commit",
    "grant_limit",
    "limits_uploads",
    "make_primary",
    "make_webhook_secret",
    "name_active_integrations",
    "note_notice",
    "note_wake_up",
    "publish_or_wake",
    "record_orders",
    "recount_storage",
    "remove_domain",
    "remove_integration",
    "require_placement",
    "require_within_limit",
    "room_for",
    "save_integration",
    "save_store",
    "seed_plans",
    "set_storage",
    "take_due_checks",
    "verify_domain",
    "wake_all_stores",
    "wake_stores",
]
