"""Refunds that are on their way, for people who are about to close the store."""

from apps.payments.models import Refund
from apps.payments.states import RefundState


def list_unfinished() -> list[str]:
    count = Refund.objects.filter(state=RefundState.REQUESTED).count()
    if not count:
        return []
    return [f"{count} refund{' is' if count == 1 else 's are'} on the way to the bank."]
