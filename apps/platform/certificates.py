"""Which hosts get a certificate of TLS: verified ones of stores that answer there, if only by a page that says why they are closed.

A proxy that gets certificates on demand asks for each name that a visitor sends: this rule alone limits how many are requested.
"""

import ipaddress
from typing import Final

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from apps.platform.models import Domain, DomainProof
from apps.platform.states import DomainStatus, StoreStatus

# Where the proxy asks (`apps/platform/asked_for_certificates.py`).
PATH: Final = "/internal/certificate"
# What a proxy adds to the requests of visitors.
_PASSED_ON: Final = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_FORWARDED")
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


def is_asked_inside(request: HttpRequest, host: str) -> bool:
    """Whether the proxy itself asks for a certificate: at a name within the installation, such as `web` or `127.0.0.1`, which no
    store has, and with nothing that it adds to the requests of visitors."""
    if request.path != PATH or any(name in request.META for name in _PASSED_ON):
        return False
    return host in settings.PLATFORM_HOSTS or "." not in host or _is_address(host)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
