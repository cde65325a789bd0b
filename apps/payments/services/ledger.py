"""The one door to the counters of a payment: each changes with the transaction that says why, under the payment's lock."""

from typing import NamedTuple

from apps.common.money import Money, to_minor
from apps.gateways.values import GatewayState
from apps.payments.models import Payment, Transaction
from apps.payments.states import COUNTERS, TransactionKind


class Movement(NamedTuple):
    kind: TransactionKind
    amount_minor: int
    currency: str
    ref: str


def move_money(
    payment: Payment, kind: TransactionKind, amount_minor: int, *, gateway_ref: str
) -> None:
    """Add a transaction in the payment's currency and count it. The row is locked, the caller saves it.

    Raises `IntegrityError` when the movement is booked already: compare the sums first.
    """
    _add(payment, Movement(kind, amount_minor, payment.currency, gateway_ref))


def reach(payment: Payment, kind: TransactionKind, total: Money, *, gateway_ref: str) -> int:
    """Bring a counter up to the gateway's sum by one transaction. Returns by how much: 0 when nothing is new."""
    counter, _ = COUNTERS[kind]
    before = getattr(payment, counter)
    new = to_minor(total) - before
    if new <= 0:
        return 0
    move_money(payment, kind, new, gateway_ref=_ref(gateway_ref or kind.value, before))
    return new


def news_of_costs(payment: Payment, state: GatewayState) -> list[Movement]:
    """What the gateway says about fees and disputes and is not booked. One query if it says anything."""
    said = [] if state.fee is None else [(TransactionKind.FEE, state.fee, state.ref or "fee")]
    for dispute in state.disputes:
        said.append((TransactionKind.WITHDRAWN, dispute.withdrawn, dispute.ref))
        said.append((TransactionKind.RETURNED, dispute.returned, dispute.ref))
    if not said:
        return []
    booked: dict[tuple[str, str], int] = {}
    rows = Transaction.objects.filter(payment=payment, kind__in={kind for kind, _, _ in said})
    for kind, ref, amount in rows.values_list("kind", "gateway_ref", "amount_minor"):
        key = kind, ref.partition("+")[0]
        booked[key] = booked.get(key, 0) + amount
    news = []
    for kind, total, ref in said:
        before = booked.get((kind, ref), 0)
        if to_minor(total) > before:
            code = total.currency.code
            news.append(Movement(kind, to_minor(total) - before, code, _ref(ref, before)))
    return news


def note_costs(payment: Payment, state: GatewayState) -> list[Movement]:
    """Book `news_of_costs`. The row is locked, the caller saves it."""
    news = news_of_costs(payment, state)
    for movement in news:
        _add(payment, movement)
    return news


def _ref(base: str, before: int) -> str:
    """The reference of a movement that a gateway tells as a sum: the same sum twice is the same movement."""
    return f"{base}+{before}" if before else base


def _add(payment: Payment, movement: Movement) -> None:
    Transaction.objects.create(
        payment=payment,
        kind=movement.kind,
        amount_minor=movement.amount_minor,
        currency=movement.currency,
        gateway_ref=movement.ref,
    )
    if movement.kind in COUNTERS:
        counter, sign = COUNTERS[movement.kind]
        setattr(payment, counter, getattr(payment, counter) + sign * movement.amount_minor)
