"""Every read of the platform's registry that other apps need."""

from apps.platform.selectors.addresses import (
    StoreAddress,
    forget_addresses,
    get_active_store,
    get_address,
    get_store_by_host,
    primary_host,
)
from apps.platform.selectors.announcements import list_announcements, shown_announcements
from apps.platform.selectors.integrations import digest_of, find_by_webhook_secret
from apps.platform.selectors.limits import (
    StoreLimits,
    choose_price,
    get_limits,
    list_grants,
    list_limits,
)
from apps.platform.selectors.stores import (
    current_url,
    get_database_config,
    get_documents_config,
    get_owner,
    get_store,
    list_active_stores,
    list_outdated_stores,
    list_placed_stores,
    list_stores,
    list_stores_with_documents,
    platform_url,
    public_port,
    public_url,
    store_url,
    stores_like,
)

__all__ = [
    "StoreAddress",
    "StoreLimits",
    "choose_price",
    "current_url",
    "digest_of",
    "find_by_webhook_secret",
    "forget_addresses",
    "get_active_store",
    "get_address",
    "get_database_config",
    "get_documents_config",
    "get_limits",
    "get_owner",
    "get_store",
    "get_store_by_host",
    "list_active_stores",
    "list_announcements",
    "list_grants",
    "list_limits",
    "list_outdated_stores",
    "list_placed_stores",
    "list_stores",
    "list_stores_with_documents",
    "platform_url",
    "primary_host",
    "public_port",
    "public_url",
    "shown_announcements",
    "store_url",
    "stores_like",
]
