"""Every write that opens stores, changes where they are reached, or migrates them."""

from apps.provisioning.services.checking import check_connection, check_store
from apps.provisioning.services.credentials import (
    change_database_credentials,
    change_documents_credentials,
)
from apps.provisioning.services.opening import (
    open_store,
    register_store,
    request_provisioning,
    retry_provisioning,
)
from apps.provisioning.services.rotation import rotate_credentials
from apps.provisioning.steps import run_provisioning

__all__ = [
    "change_database_credentials",
    "change_documents_credentials",
    "check_connection",
    "check_store",
    "open_store",
    "register_store",
    "request_provisioning",
    "retry_provisioning",
    "rotate_credentials",
    "run_provisioning",
]
