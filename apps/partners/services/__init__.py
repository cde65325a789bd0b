"""Writes of API keys, webhook endpoints and deliveries."""

from apps.partners.services.endpoints import (
    MOST_ENDPOINTS,
    change_endpoint,
    create_endpoint,
    delete_endpoint,
    pause_endpoints_of_expired,
    rotate_secret,
    set_active,
)
from apps.partners.services.keeping import (
    close_copy,
    forget_old,
    replay_deliveries,
    start_due,
)
from apps.partners.services.keys import (
    MOST_REQUESTS,
    OVERLAP,
    MadeKey,
    change_key,
    create_key,
    end_previous,
    revoke_key,
    rotate_key,
)
from apps.partners.services.sending import MOST_TRIES, WAITS, send_due
from apps.partners.services.spreading import send_test, write_deliveries

__all__ = [
    "MOST_ENDPOINTS",
    "MOST_REQUESTS",
    "MOST_TRIES",
    "OVERLAP",
    "WAITS",
    "MadeKey",
    "change_endpoint",
    "change_key",
    "close_copy",
    "create_endpoint",
    "create_key",
    "delete_endpoint",
    "end_previous",
    "forget_old",
    "pause_endpoints_of_expired",
    "replay_deliveries",
    "revoke_key",
    "rotate_key",
    "rotate_secret",
    "send_due",
    "send_test",
    "set_active",
    "start_due",
    "write_deliveries",
]
