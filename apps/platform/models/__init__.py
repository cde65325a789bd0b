"""Rows of the platform home: database `platform`, schema `public`. Never in a store's schema."""

from apps.platform.models.billing import (
    BillingInterval,
    BillingTransaction,
    Plan,
    PlanLimits,
    Subscription,
)
from apps.platform.models.deletions import StoreDeletion
from apps.platform.models.integrations import IntegrationConfig
from apps.platform.models.jobs import ProvisioningJob, StoreTemplate, TemplateStep, WakeUp
from apps.platform.models.moves import StoreMove
from apps.platform.models.sandboxes import SandboxJob
from apps.platform.models.settings import PlatformSetting
from apps.platform.models.stores import DatabaseType, Domain, StorageType, Store
from apps.platform.models.usage import ApiUsageLog, UsageMetric

__all__ = [
    "ApiUsageLog",
    "BillingInterval",
    "BillingTransaction",
    "DatabaseType",
    "Domain",
    "IntegrationConfig",
    "Plan",
    "PlanLimits",
    "PlatformSetting",
    "ProvisioningJob",
    "SandboxJob",
    "StorageType",
    "Store",
    "StoreDeletion",
    "StoreMove",
    "StoreTemplate",
    "Subscription",
    "TemplateStep",
    "UsageMetric",
    "WakeUp",
]
