"""Refunds that are on their way, for people who are about to close the store."""

from django.utils.translation import gettext

from apps.operations.deletion.unfinished_work import names_unfinished_work
from apps.payments.models import Refund
from apps.payments.states import RefundState


@names_unfinished_work
def find_running_refunds() -> list[str]:
    count = Refund.objects.filter(state=RefundState.REQUESTED).count()
    if not count:
        return []
    return [
        gettext("%(count)s refund%(value)s on the way to the bank.")
        % {"count": count, "value": " is" if count == 1 else "s are"}
    ]
