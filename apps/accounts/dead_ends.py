"""Hosts of a store whose record is missing: another store could prove them in the end."""

from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.actor import Actor
from apps.common.clock import now
from apps.platform import services as platform
from apps.platform.dead_ends import DeadEnd, Kind, Rows, dead_end
from apps.platform.models import Domain
from apps.platform.states import DomainStatus
from apps.tenancy.context import current_store

SEES: Final = "accounts.view_user"
NEEDS: Final = "accounts.change_user"


def _lost() -> QuerySet[Domain]:
    rows = Domain.objects.filter(tenant_id=current_store().id, status=DomainStatus.VERIFIED)
    return rows.filter(lost_at__isnull=False).order_by("lost_at", "id")


def _describe(domain: Domain) -> DeadEnd:
    words = gettext("The record %(name)s is missing; its value is on the page Domains.")
    return DeadEnd(
        key=str(domain.pk),
        what=domain.domain,
        since=domain.lost_at or now(),
        why=words % {"name": domain.record_name},
    )


def _resolve(domain: Domain, actor: Actor) -> None:
    platform.check_now(domain=domain)


dead_end(
    Kind(
        code="hosts.lost",
        title=_("Hosts whose record is missing"),
        button=_("Look again"),
        found=Rows(_lost),
        describe=_describe,
        resolve=_resolve,
        sees=SEES,
        needs=NEEDS,
    )
)
