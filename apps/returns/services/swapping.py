"""Staff change what a request is for: an exchange for variants of any product, or money back."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.typed_text import cleans_text
from apps.events import services as events
from apps.inventory.selectors import find_variant_of_sku
from apps.returns.errors import ExchangeUnavailable, ReturnIsOver
from apps.returns.models import Exchange, ExchangeLine, ReturnRequest
from apps.returns.services.exchanging import wish_exchange
from apps.returns.services.history import lock_request, record
from apps.returns.states import RequestState, Wish
from apps.tenancy.retrying import repeated_on_deadlock


@dataclass(frozen=True)
class _Choice:
    variant_ref: str


@cleans_text
@repeated_on_deadlock
@events.transaction_with_wake_up()
def change_wish(*, request: ReturnRequest, skus: Mapping[UUID, str], actor: Actor) -> ReturnRequest:
    """Exchange each line of the request for a SKU; without any the buyer gets money. Before the approval only.

    Raises `ExchangeUnavailable` for a SKU that is not on sale, and when only some lines have one; `ReturnIsOver`.
    """
    _, locked = lock_request(request)
    if locked.state != RequestState.REQUESTED:
        raise ReturnIsOver
    ExchangeLine.objects.filter(exchange__request=locked).delete()
    Exchange.objects.filter(request=locked).delete()
    lines = list(locked.lines.select_related("order_line"))
    wanted = [(line, skus.get(line.pk, "").strip()) for line in lines]
    is_exchange = any(sku for _, sku in wanted)
    locked.wish = Wish.EXCHANGE if is_exchange else Wish.REFUND
    if is_exchange:
        chosen = [(line, _Choice(_variant_of(sku))) for line, sku in wanted]
        wish_exchange(locked, chosen, by_staff=True)
    record(locked, "return.wish_changed", actor, wish=str(locked.wish))
    return locked


def _variant_of(sku: str) -> str:
    found = find_variant_of_sku(sku) if sku else None
    if found is None:
        raise ExchangeUnavailable(
            gettext("%(sku)s is no SKU in stock.") % {"sku": sku}
            if sku
            else gettext("Name a SKU for each line.")
        )
    return found
