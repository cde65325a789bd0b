"""Exceptions from the limits of plans, made and ended by the platform's staff."""

from datetime import date
from typing import Annotated

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from apps.common.clock import now, today
from apps.common.errors import Conflict, InvalidInput
from apps.common.typed_text import Code, Line, cleans_text
from apps.platform.auditing import facts_of, note
from apps.platform.models import LimitGrant, Store
from apps.platform.models.exceptions import PLACEMENTS
from apps.tenancy.context import current_actor
from apps.tenancy.transactions import atomic_on_platform


@cleans_text
def grant_limit(
    *,
    store: Store,
    limit: Annotated[str, Code(40)],
    value: int | None,
    until: date,
    reason: Annotated[str, Line(200, required=True)],
) -> LimitGrant:
    """Allow the store `value` of that limit, None for any number, up to and including a day. Raises `InvalidInput`."""
    grant = LimitGrant(store=store, limit=limit, value=value, until=until, reason=reason)
    grant.granted_by = current_actor().label[:254]
    if until < today():
        raise InvalidInput(fields={"until": [gettext("This day is over.")]})
    if limit == PLACEMENTS and value is not None:
        raise InvalidInput(fields={"value": [gettext("Leave it empty: every kind is allowed.")]})
    try:
        grant.clean_fields(exclude={"store"})
    except ValidationError as invalid:
        raise InvalidInput(fields=invalid.message_dict) from invalid
    with atomic_on_platform():
        grant.save(force_insert=True)
        note("store.limit_granted", store, after=facts_of(grant))
    return grant


def end_grant(*, grant: LimitGrant) -> LimitGrant:
    """From now on the limit of the plan counts again; what is there stays. Raises `Conflict` for one that has ended."""
    with atomic_on_platform():
        locked = LimitGrant.objects.select_for_update().select_related(None).get(pk=grant.pk)
        if locked.ended_at or locked.until < today():
            raise Conflict(gettext("This exception has ended already."))
        locked.ended_at = now()
        locked.save(update_fields=["ended_at"])
        note("store.limit_grant_ended", grant.store, before=facts_of(grant))
    return locked
