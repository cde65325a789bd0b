"""Rows of the platform home: database `platform`, schema `public`. Never in a store's schema."""

from apps.platform.models.announcements import Announcement
from apps.platform.models.billing import (
    BillingInterval,
    LimitName,
    Plan,
    PlanLimits,
    PlanPrice,
    Subscription,
)
from apps.platform.models.deletions import StoreDeletion
from apps.platform.models.domains import RECORD_PREFIX, Domain, DomainProof, Finding
from apps.platform.models.exceptions import LimitGrant, LimitNotice
from apps.platform.models.integrations import IntegrationConfig, WebhookSecret
from apps.platform.models.jobs import ProvisioningJob, StoreTemplate, TemplateStep, WakeUp
from apps.platform.models.moves import StoreMove
from apps.platform.models.notes import StoreNote
from apps.platform.models.sandboxes import SandboxJob
from apps.platform.models.stores import DatabaseType, StorageType, Store
from apps.platform.models.usage import UsageMetric
from apps.platform.models.visits import (
    AccessLevel,
    StoreVisit,
    SupportAccess,
    VisitEnd,
    VisitKind,
)

__all__ = [
    "RECORD_PREFIX",
    "AccessLevel",
    "Announcement",
    "BillingInterval",
    "DatabaseType",
    "Domain",
    "DomainProof",
    "Finding",
    "IntegrationConfig",
    "LimitGrant",
    "LimitName",
    "LimitNotice",
    "Plan",
    "PlanLimits",
    "PlanPrice",
    "ProvisioningJob",
    "SandboxJob",
    "StorageType",
    "Store",
    "StoreDeletion",
    "StoreMove",
    "StoreNote",
    "StoreTemplate",
    "StoreVisit",
    "Subscription",
    "SupportAccess",
    "TemplateStep",
    "UsageMetric",
    "VisitEnd",
    "VisitKind",
    "WakeUp",
    "WebhookSecret",
]
