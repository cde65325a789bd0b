"""Requests and responses. Credentials are accepted and never returned."""

from typing import Any

from rest_framework import serializers

from apps.common.api.fields import CodeField, EmailField, HostField, LineField
from apps.common.api.pagination import PageQuery
from apps.common.api.serializers import StrictSerializer
from apps.placements.report import Level, Report
from apps.platform import selectors
from apps.platform.models import DatabaseType, ProvisioningJob, Store
from apps.platform.states import JobStatus, StoreStatus, SubscriptionStatus
from apps.tenancy.aliases import MAIN


class ProvisionInput(StrictSerializer):
    """Where the tables of a registered store are to be made."""

    storeId = CodeField(max_length=64, help_text="The store's id or short name.")
    databaseType = CodeField(
        max_length=40, default=DatabaseType.SHARED.value, help_text="For example `shared`."
    )
    config = serializers.DictField(
        default=dict,
        help_text="How to reach the database; empty for `shared`. With `documentsConnectionString`, the documents go "
        "to a MongoDB of the store's own.",
        write_only=True,
    )


class CheckInput(StrictSerializer):
    """A database to look at before a store is put there."""

    databaseType = CodeField(max_length=40, help_text="For example `postgresql`.")
    config = serializers.DictField(
        default=dict, help_text="How to reach the database; never sent back.", write_only=True
    )


class StoreInput(StrictSerializer):
    """A new store."""

    name = LineField(max_length=120)
    slug = CodeField(
        max_length=40,
        default="",
        help_text="Part of the store's address. Left out, it is made from the name.",
    )
    currency = CodeField(max_length=3, default="INR")
    country = CodeField(max_length=2, default="IN")
    state = LineField(
        max_length=60,
        default="",
        help_text="The store sells from, such as KA. A store in India takes no orders before it is known.",
    )
    language = CodeField(
        max_length=10,
        default="",
        help_text="Of dates and amounts. Texts are in it if its catalogue is complete, else in English.",
    )
    timeZone = CodeField(source="time_zone", max_length=64, default="")
    plan = CodeField(max_length=40, required=False)
    host = HostField(max_length=253, default="")
    owner = EmailField(required=False, help_text="Address of a platform user.")
    databaseType = CodeField(
        source="database_type", max_length=40, default=DatabaseType.SHARED.value
    )
    config = serializers.DictField(default=dict, write_only=True)
    region = CodeField(max_length=40, default=MAIN, help_text="The shared cluster, by name.")


class StoresQuery(PageQuery):
    status = serializers.ChoiceField(choices=StoreStatus.choices, required=False)
    plan = CodeField(max_length=40, required=False, help_text="The code of a plan.")
    q = LineField(max_length=120, required=False, help_text="A part of a name or host.")


class StoreAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    status = serializers.ChoiceField(choices=StoreStatus.choices)
    isPublished = serializers.BooleanField()
    suspensionReason = serializers.CharField()
    plan = serializers.CharField()
    subscription = serializers.ChoiceField(choices=SubscriptionStatus.choices)
    databaseType = serializers.CharField()
    region = serializers.CharField()
    url = serializers.CharField(help_text="Empty for a store without a host.")
    sandboxOf = serializers.CharField(allow_null=True, help_text="The short name of its store.")
    createdAt = serializers.DateTimeField()
    lastActivityAt = serializers.DateTimeField(allow_null=True)


class ProvisionAnswer(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    message = serializers.CharField()
    jobId = serializers.UUIDField()
    status = serializers.ChoiceField(choices=JobStatus.choices)
    storeId = serializers.UUIDField()


class JobAnswer(serializers.Serializer[Any]):
    jobId = serializers.UUIDField()
    storeId = serializers.UUIDField()
    status = serializers.ChoiceField(choices=JobStatus.choices)
    progress = serializers.IntegerField(min_value=0, max_value=100)
    message = serializers.CharField()
    currentStep = serializers.CharField()
    tablesCreated = serializers.IntegerField()
    totalTables = serializers.IntegerField()
    error = serializers.CharField()
    attempts = serializers.IntegerField()


class FindingAnswer(serializers.Serializer[Any]):
    check = serializers.CharField()
    level = serializers.ChoiceField(choices=[level.value for level in Level])
    text = serializers.CharField()
    advice = serializers.CharField()


class ReportAnswer(serializers.Serializer[Any]):
    """`success` is false when a store can't be put there."""

    success = serializers.BooleanField()
    latencyMs = serializers.FloatField(allow_null=True)
    findings = FindingAnswer(many=True)


def present_report(report: Report) -> dict[str, Any]:
    """What a look at a database found, in the order of looking."""
    return {
        "success": report.is_good,
        "latencyMs": report.latency_ms,
        "findings": [
            {
                "check": finding.check,
                "level": finding.level.value,
                "text": finding.text,
                "advice": finding.advice,
            }
            for finding in report.findings
        ],
    }


def present_store(store: Store) -> dict[str, Any]:
    """A row of the registry, with its hosts and its plan loaded."""
    hosts = [domain.domain for domain in store.domains.all() if domain.is_primary]
    return {
        "id": str(store.pk),
        "slug": store.slug,
        "name": store.name,
        "status": store.status,
        "isPublished": store.is_published,
        "suspensionReason": store.suspension_reason,
        "plan": store.plan.code,
        "subscription": store.subscription_status,
        "databaseType": store.database_type,
        "region": store.region,
        "url": selectors.public_url(hosts[0]) if hosts else "",
        "sandboxOf": store.sandbox_of.slug if store.sandbox_of else None,
        "createdAt": store.created_at,
        "lastActivityAt": store.last_activity_at,
    }


def present_start(job: ProvisioningJob) -> dict[str, Any]:
    """The answer to the request for a store."""
    return {
        "success": True,
        "message": job.shown_message,
        "jobId": str(job.id),
        "status": job.status,
        "storeId": str(job.store_id),
    }


def present_job(job: ProvisioningJob) -> dict[str, Any]:
    """How far it is. `error` is a sentence for people, "" while all is well."""
    return {
        "jobId": str(job.id),
        "storeId": str(job.store_id),
        "status": job.status,
        "progress": job.progress,
        "message": job.shown_message,
        "currentStep": job.current_step,
        "tablesCreated": job.tables_created,
        "totalTables": job.total_tables,
        "error": job.error,
        "attempts": job.attempts,
    }
