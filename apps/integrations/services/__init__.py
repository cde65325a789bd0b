"""Every write of integrations."""

from apps.integrations.services.contacts import note_contact, note_failure, remember
from apps.integrations.services.handling import handle_message
from apps.integrations.services.saving import (
    add_integration,
    end_old_secrets,
    make_secret,
    pause_integration,
    refresh_registry,
    remove_integration,
    resume_integration,
    save_config,
    try_config,
)
from apps.integrations.services.watching import watch_connections
from apps.integrations.services.writing import write_order

__all__ = [
    "add_integration",
    "end_old_secrets",
    "handle_message",
    "make_secret",
    "note_contact",
    "note_failure",
    "pause_integration",
    "refresh_registry",
    "remember",
    "remove_integration",
    "resume_integration",
    "save_config",
    "try_config",
    "watch_connections",
    "write_order",
]
