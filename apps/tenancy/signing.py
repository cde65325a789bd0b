"""Links that a store signs. A link of one store or purpose is not readable for another."""

from typing import Final
from uuid import UUID

from django.core.signing import BadSignature, Signer

from apps.tenancy.context import current_store

_LONGEST: Final = 200


def store_signer(purpose: str) -> Signer:
    return Signer(sep=".", salt=f"{purpose}:{current_store().id}")


def sign_id(purpose: str, key: UUID) -> str:
    return store_signer(purpose).sign(key.hex)


def read_signed_id(purpose: str, token: str) -> UUID | None:
    """The id in a token of `sign_id`. None for every other text."""
    try:
        return UUID(store_signer(purpose).unsign(token[:_LONGEST]))
    except (BadSignature, ValueError):
        return None
