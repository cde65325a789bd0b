"""A refund of a charge that was taken by several captures: providers give back from one capture at a time.

So one refund of ours may be several at the provider, its parts, and a crash may leave some of them sent.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from uuid import uuid5

from django.utils.translation import gettext

from apps.common.money import Money
from apps.gateways.errors import GatewayRefused, GatewayUnavailable
from apps.gateways.values import KnownRefund, RefundReceipt, RefundRequest, RefundStatus

Send = Callable[[str, Money, str], KnownRefund]


@dataclass(frozen=True)
class Taken:
    """What one capture took and has left."""

    ref: str
    left: Money


def joined(parts: Iterable[KnownRefund]) -> tuple[KnownRefund, ...]:
    """The parts of each refund of ours as one. A failed part does not count beside others: it is sent again.

    Refunds made at the provider have no id of ours, and stay apart.
    """
    known = list(parts)
    ours = sorted((part for part in known if part.id), key=lambda part: part.id)
    found = [part for part in known if not part.id]
    for _, group in groupby(ours, key=lambda part: part.id):
        members = list(group)
        found.append(_join([part for part in members if _is_alive(part)] or members))
    return tuple(found)


def send_missing(
    request: RefundRequest,
    *,
    known: Iterable[KnownRefund],
    captures: Iterable[Taken],
    send: Send,
    provider: str,
) -> RefundReceipt:
    """Give back what is missing of a refund, from one capture after the other. Repeatable: what `known` has is not sent again.

    `send` takes the reference of a capture, an amount, and an idempotency key, the same until the part fails. Raises
    `GatewayRefused` as long as nothing has gone; after that `GatewayUnavailable`, so that the next call sends the rest.
    """
    found = [each for each in known if _is_part(each, request)]
    parts = [each for each in found if _is_alive(each)]
    if found and not parts:
        raise _failed(found[0], provider)
    failures = len(found) - len(parts)
    nothing = Money(0, request.amount.currency)
    missing = request.amount - sum((each.amount for each in parts), nothing)
    for capture, share in _spread(missing, captures, provider):
        key = str(uuid5(request.id, f"{capture}.{share.amount}.{failures}"))
        try:
            part = send(capture, share, key)
            if not _is_alive(part):
                raise _failed(part, provider)
        except GatewayRefused as refusal:
            if not parts:
                raise
            raise GatewayUnavailable(str(refusal)) from refusal
        parts.append(part)
    return RefundReceipt(parts[0].ref, is_final=_join(parts).status is RefundStatus.DONE)


def _spread(amount: Money, captures: Iterable[Taken], provider: str) -> Sequence[tuple[str, Money]]:
    """How much to take from which capture, in their order. Raises `GatewayRefused` where they have less."""
    shares: list[tuple[str, Money]] = []
    missing = amount
    for capture in captures:
        share = min(missing, capture.left)
        if share.amount > 0:
            shares.append((capture.ref, share))
            missing -= share
    if missing.amount > 0:
        raise GatewayRefused(
            gettext("%(provider)s has less left to give back.") % {"provider": provider}
        )
    return shares


def _is_part(refund: KnownRefund, request: RefundRequest) -> bool:
    is_named = bool(request.gateway_ref) and refund.ref == request.gateway_ref
    return refund.id == request.ref or (is_named and not refund.id)


def _is_alive(part: KnownRefund) -> bool:
    return part.status is not RefundStatus.FAILED


def _join(parts: Sequence[KnownRefund]) -> KnownRefund:
    first = parts[0]
    is_waiting = any(part.status is RefundStatus.PENDING for part in parts)
    return replace(
        first,
        amount=sum((part.amount for part in parts[1:]), first.amount),
        status=RefundStatus.PENDING if is_waiting else first.status,
    )


def _failed(part: KnownRefund, provider: str) -> GatewayRefused:
    sentence = gettext("%(provider)s could not send the money back. %(reason)s")
    return GatewayRefused(sentence % {"provider": provider, "reason": part.message})
