"""Returns that wait for something, for people who are about to close the store."""

from django.utils.translation import ngettext

from apps.operations.deletion.unfinished_work import names_unfinished_work
from apps.returns.models import ReturnRequest
from apps.returns.states import OPEN, RequestState


@names_unfinished_work
def find_open_returns() -> list[str]:
    count = ReturnRequest.objects.filter(state__in=(*OPEN, RequestState.INSPECTED)).count()
    if not count:
        return []
    return [
        ngettext("%(count)s return is open.", "%(count)s returns are open.", count)
        % {"count": count}
    ]
