"""What needs a person of the platform today, each with the list that shows it: a row of the start page, a statement for each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.billing.models import BillingTransaction
from apps.billing.states import DisputeState, TransactionStatus
from apps.events.models import OutboxMessage
from apps.events.states import MessageState
from apps.inbox.models import InboxMessage
from apps.inbox.states import InboxState
from apps.platform.models import (
    Domain,
    ProvisioningJob,
    SandboxJob,
    StoreDeletion,
    StoreMove,
    Subscription,
)
from apps.platform.states import DomainStatus, JobStatus, MoveStatus, SubscriptionStatus


@dataclass(frozen=True)
class Waiting:
    """`find` gives the rows, `query` the same of them in their list. Only who may see the list has the row."""

    title: StrOrPromise
    icon: str
    find: Callable[[], QuerySet[Any]]
    query: str


WAITING: Final = (
    Waiting(
        _("Openings that failed"),
        "error",
        lambda: ProvisioningJob.objects.filter(status=JobStatus.FAILED),
        f"status__exact={JobStatus.FAILED}",
    ),
    Waiting(
        _("Moves that stopped"),
        "move_up",
        lambda: StoreMove.objects.filter(status=MoveStatus.FAILED),
        f"status__exact={MoveStatus.FAILED}",
    ),
    Waiting(
        _("Sandboxes that failed"),
        "science",
        lambda: SandboxJob.objects.filter(status=JobStatus.FAILED),
        f"status__exact={JobStatus.FAILED}",
    ),
    Waiting(
        _("Hosts whose record is missing"),
        "dns",
        lambda: Domain.objects.filter(status=DomainStatus.VERIFIED, lost_at__isnull=False),
        f"status__exact={DomainStatus.VERIFIED}&lost_at__isempty=0",
    ),
    Waiting(
        _("Subscriptions past due"),
        "money_off",
        lambda: Subscription.objects.filter(status=SubscriptionStatus.PAST_DUE),
        f"status__exact={SubscriptionStatus.PAST_DUE}",
    ),
    Waiting(
        _("Bills paid twice"),
        "currency_exchange",
        lambda: BillingTransaction.objects.filter(
            is_surplus=True, status=TransactionStatus.COMPLETED
        ),
        f"is_surplus__exact=1&status__exact={TransactionStatus.COMPLETED}",
    ),
    Waiting(
        _("Bills in dispute"),
        "gavel",
        lambda: BillingTransaction.objects.filter(dispute=DisputeState.OPEN),
        f"dispute__exact={DisputeState.OPEN}",
    ),
    Waiting(
        _("Messages given up"),
        "inbox",
        lambda: InboxMessage.objects.filter(state=InboxState.DEAD),
        f"state__exact={InboxState.DEAD}",
    ),
    Waiting(
        _("Background tasks given up"),
        "sync_problem",
        lambda: OutboxMessage.objects.filter(state=MessageState.DEAD),
        f"state__exact={MessageState.DEAD}",
    ),
)


def waiting_rows(request: HttpRequest) -> list[dict[str, Any]]:
    """For `parts_attention.html`: those of which there are any."""
    found = [_of_list(each) for each in WAITING if _may_see(request, each)]
    return [row for row in [*found, _deletions(request)] if row["count"]]


def _may_see(request: HttpRequest, each: Waiting) -> bool:
    meta = each.find().model._meta
    return request.user.has_perm(f"{meta.app_label}.view_{meta.model_name}")


def _of_list(each: Waiting) -> dict[str, Any]:
    rows = each.find()
    meta = rows.model._meta
    url = reverse(f"platform_admin:{meta.app_label}_{meta.model_name}_changelist")
    return {
        "title": each.title,
        "count": rows.count(),
        "url": f"{url}?{each.query}",
        "icon": each.icon,
    }


def _deletions(request: HttpRequest) -> dict[str, Any]:
    """They have no list: the row leads to the one that has waited longest."""
    stopped: list[Any] = []
    if request.user.has_perm("platform.delete_store"):
        rows = StoreDeletion.objects.exclude(error="").order_by("requested_at")
        stopped = list(rows.values_list("store_id", flat=True))
    url = reverse("platform_admin:platform_store_deletion", args=stopped[:1]) if stopped else ""
    return {
        "title": _("Deletions that stopped"),
        "count": len(stopped),
        "url": url,
        "icon": "delete_forever",
    }
