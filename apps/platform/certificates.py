"""Which hosts get a certificate of TLS: verified ones of stores that answer there, if only by a page that says why they are closed.

A proxy that gets certificates on demand asks for each name that a visitor sends: this rule alone limits how many are requested.
"""

from typing import Final

from django.db.models import Q, QuerySet

from apps.platform.models import Domain, DomainProof
from apps.platform.states import DomainStatus, StoreStatus

_ANSWERED: Final = (StoreStatus.ACTIVE, StoreStatus.SUSPENDED)


def gets_certificate(domain: Domain) -> bool:
    """Not while a host that was verified by its record points elsewhere: the proof of an authority would fail, and count
    towards its limits. Staff verify by hand a host that is behind another proxy."""
    is_elsewhere = domain.proof == DomainProof.RECORD and domain.points_here is False
    return domain.is_verified and domain.tenant.status in _ANSWERED and not is_elsewhere


def list_certificate_hosts() -> QuerySet[Domain]:
    """The rows of which `gets_certificate` is true, by their names."""
    elsewhere = Q(proof=DomainProof.RECORD, points_here=False)
    rows = Domain.objects.filter(status=DomainStatus.VERIFIED, tenant__status__in=_ANSWERED)
    return rows.exclude(elsewhere).order_by("domain")
