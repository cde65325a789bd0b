"""Whose webhook it is: the secret decides, looked up by its hash."""

from collections.abc import Iterable
from hashlib import sha256

from django.db.models import Q

from apps.common.clock import now
from apps.platform.models import IntegrationConfig


def digest_of(secret: str) -> str:
    """A secret of 256 random bits needs no slow hash."""
    return sha256(secret.encode(errors="replace")).hexdigest()


def find_by_webhook_secret(
    *, secrets: Iterable[str], kind: str, environment: str
) -> IntegrationConfig | None:
    """The integration of whichever store one of these secrets belongs to; None for a wrong or ended one. One query."""
    digests = [digest_of(secret) for secret in secrets]
    if not digests:
        return None
    return (
        IntegrationConfig.objects.filter(
            Q(secrets__ends_at__isnull=True) | Q(secrets__ends_at__gt=now()),
            secrets__digest__in=digests,
            kind=kind,
            environment=environment,
        )
        .only("id", "store_id", "kind", "environment", "is_active")
        .order_by("id")
        .first()
    )
