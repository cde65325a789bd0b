"""Hosts of stores as both admin sites show them: their states, and what has to be entered at the registrar."""

from dataclasses import dataclass
from typing import Final

import idna
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from apps.backoffice.columns import badge
from apps.platform.claims import is_apex
from apps.platform.models import Domain, DomainProof
from apps.platform.records import list_targets
from apps.platform.selectors.usage import is_custom
from apps.platform.states import DomainStatus

_TONES: Final = {
    DomainStatus.WAITING.value: "pending",
    DomainStatus.VERIFIED.value: "active",
    DomainStatus.EXPIRED.value: "closed",
    DomainStatus.TAKEN.value: "problem",
}


@dataclass(frozen=True)
class Record:
    """A line to enter; `what` names it for the buttons that copy it."""

    kind: str
    name: str
    value: str
    what: str


def status_badge(domain: Domain) -> SafeString:
    return badge(_TONES[domain.status], domain.get_status_display())


def warning_badges(domain: Domain) -> list[SafeString]:
    """What is wrong with a verified host."""
    found = []
    if domain.is_verified and domain.lost_at is not None:
        found.append(badge("problem", gettext("record missing")))
    if domain.is_verified and domain.points_here is False and is_custom(domain.domain):
        found.append(badge("warning", gettext("points elsewhere")))
    return found


def shown_host(domain: Domain) -> str:
    """In its own letters beside the form that is kept."""
    if "xn--" not in domain.domain:
        return domain.domain
    try:
        return f"{idna.decode(domain.domain)} ({domain.domain})"
    except idna.IDNAError:
        return domain.domain


def list_records(domain: Domain) -> list[Record]:
    """The record that proves the host, unless staff verified it, and those that lead visitors here."""
    found = []
    if domain.proof != DomainProof.STAFF and domain.token:
        found.append(Record("TXT", domain.record_name, domain.token, "proof"))
    names, addresses = list_targets()
    if names and not (addresses and is_apex(domain.domain)):
        found.append(Record("CNAME", domain.domain, names[0], "alias"))
        return found
    for number, address in enumerate(addresses):
        kind = "AAAA" if ":" in address else "A"
        found.append(Record(kind, domain.domain, address, f"address-{number}"))
    return found
