"""Payments, captures, refunds and disputes that go no further by themselves."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.common.money import format_money, from_minor
from apps.common.progress import show_message
from apps.gateways.installed import gateway_label
from apps.payments import services
from apps.payments.models import Capture, Dispute, Payment, Refund
from apps.payments.services.covering import OVERPAID
from apps.payments.states import (
    HELD_STATES,
    CaptureState,
    DisputeState,
    PaymentState,
    RefundState,
)
from apps.platform.dead_ends import DeadEnd, Kind, Rows, dead_end, states, stuck_before
from apps.tenancy.context import current_store

SEES: Final = "payments.view_payment"
NEEDS: Final = "payments.change_payment"
# Banks take days for a refund that they have accepted.
_BANK_DECIDES: Final = timedelta(days=7)


def amount_of(minor: int, currency: str) -> str:
    return format_money(from_minor(minor, currency), current_store().language)


def _here(rows: QuerySet[Any]) -> QuerySet[Any]:
    """A sandbox has copies of payments, and asks no gateway about them."""
    return rows.none() if current_store().is_sandbox else rows


def _silent_payments() -> QuerySet[Payment]:
    never_opened = Q(state=PaymentState.CREATED, created_at__lt=stuck_before())
    confirming = Q(state=PaymentState.CONFIRMING, updated_at__lt=stuck_before())
    has_time = Q(expires_at__isnull=True) | Q(expires_at__gt=stuck_before())
    rows = Payment.objects.filter(never_opened | confirming, has_time, pays_on_delivery=False)
    return _here(rows.select_related("order").order_by("created_at", "id"))


def _silent_captures() -> QuerySet[Capture]:
    rows = Capture.objects.filter(state=CaptureState.REQUESTED, created_at__lt=stuck_before())
    return _here(rows.select_related("payment__order").order_by("created_at", "id"))


def _failed_captures() -> QuerySet[Capture]:
    """The latest of a payment that is still flagged, and of which the bank holds money."""
    later = Capture.objects.filter(
        payment=OuterRef("payment"), created_at__gt=OuterRef("created_at")
    )
    rows = Capture.objects.filter(
        ~Exists(later), state=CaptureState.FAILED, payment__state__in=HELD_STATES
    ).exclude(payment__needs_attention="")
    return _here(rows.select_related("payment__order").order_by("created_at", "id"))


def _silent_refunds() -> QuerySet[Refund]:
    unknown = Q(gateway_ref="", created_at__lt=stuck_before())
    undecided = Q(created_at__lt=now() - _BANK_DECIDES)
    rows = Refund.objects.filter(unknown | undecided, state=RefundState.REQUESTED)
    return _here(rows.select_related("payment__order").order_by("created_at", "id"))


def _failed_refunds() -> QuerySet[Refund]:
    """Of a payment that is still flagged, and not asked for again since."""
    later = Refund.objects.filter(
        payment=OuterRef("payment"),
        amount_minor=OuterRef("amount_minor"),
        created_at__gt=OuterRef("created_at"),
    )
    rows = Refund.objects.filter(~Exists(later), state=RefundState.FAILED)
    rows = rows.exclude(payment__needs_attention="")
    return _here(rows.select_related("payment__order").order_by("created_at", "id"))


def _disputes() -> QuerySet[Dispute]:
    rows = Dispute.objects.filter(state=DisputeState.OPEN).select_related("payment__order")
    return _here(rows.order_by("created_at", "id"))


def _holds() -> QuerySet[Payment]:
    """Held money that no order needs, or that the bank should have released."""
    held = Payment.objects.filter(authorized_minor__gt=F("captured_minor") + F("voided_minor"))
    ended = Q(state__in=HELD_STATES, held_until__lt=stuck_before())
    useless = ~Q(state__in=HELD_STATES) & Q(updated_at__lt=stuck_before())
    return _here(held.filter(ended | useless).select_related("order").order_by("created_at", "id"))


def _overpaid() -> QuerySet[Payment]:
    rows = Payment.objects.filter(needs_attention=OVERPAID).select_related("order")
    return rows.order_by("created_at", "id")


def _flagged() -> QuerySet[Payment]:
    """Everything else that a person has to look at."""
    others = (_failed_captures(), _failed_refunds(), _disputes())
    known = [Exists(rows.order_by().filter(payment=OuterRef("pk"))) for rows in others]
    rows = Payment.objects.exclude(needs_attention__in=["", OVERPAID])
    for each in known:
        rows = rows.filter(~each)
    return rows.select_related("order").order_by("created_at", "id")


def _of_payment(why: str = "") -> Callable[[Payment], DeadEnd]:
    """`why` is said of payments that no sentence of their own explains."""

    def describe(payment: Payment) -> DeadEnd:
        facts = {
            "amount": amount_of(payment.amount_minor, payment.currency),
            "order": payment.order.number,
            "gateway": gateway_label(payment.gateway),
        }
        said = payment.needs_attention or payment.failure_message
        return DeadEnd(
            key=str(payment.pk),
            what=gettext("Payment of %(amount)s for order %(order)s by %(gateway)s") % facts,
            since=payment.updated_at if payment.needs_attention else payment.created_at,
            why=show_message(said) or show_message(why),
            order_id=payment.order_id,
        )

    return describe


def _of_capture(capture: Capture) -> DeadEnd:
    order = capture.payment.order
    facts = {"amount": amount_of(capture.amount_minor, capture.currency), "order": order.number}
    silent = gettext("The bank has not answered.")
    return DeadEnd(
        key=str(capture.pk),
        what=gettext("Taking %(amount)s that a bank holds for order %(order)s") % facts,
        since=capture.created_at,
        why=show_message(capture.failure_message) or silent,
        order_id=order.pk,
    )


def _of_refund(refund: Refund) -> DeadEnd:
    order = refund.payment.order
    facts = {"amount": amount_of(refund.amount_minor, refund.currency), "order": order.number}
    silent = (
        gettext("The bank has the refund and has not decided.")
        if refund.gateway_ref
        else gettext("The bank has not answered.")
    )
    return DeadEnd(
        key=str(refund.pk),
        what=gettext("Refund of %(amount)s for order %(order)s") % facts,
        since=refund.created_at,
        why=show_message(refund.failure_message) or silent,
        order_id=order.pk,
    )


def _of_dispute(dispute: Dispute) -> DeadEnd:
    order = dispute.payment.order
    facts = {"amount": amount_of(dispute.amount_minor, dispute.currency), "order": order.number}
    return DeadEnd(
        key=str(dispute.pk),
        what=gettext("Dispute about %(amount)s of order %(order)s") % facts,
        since=dispute.created_at,
        why=show_message(dispute.payment.needs_attention)
        or gettext("The bank waits for an answer at the payment provider."),
        order_id=order.pk,
    )


dead_end(
    Kind(
        code="payments.silent",
        title=_("Payments whose provider does not answer"),
        button=_("Ask the provider again"),
        found=Rows(_silent_payments),
        describe=_of_payment(gettext_noop("The provider has not answered with its state.")),
        resolve=lambda payment, actor: services.reconcile_payment(payment=payment),
        sees=SEES,
        needs=NEEDS,
        covers=states(PaymentState.CREATED, PaymentState.CONFIRMING),
    )
)
dead_end(
    Kind(
        code="payments.capture",
        title=_("Held money that was asked for, without an answer"),
        button=_("Ask the bank again"),
        found=Rows(_silent_captures),
        describe=_of_capture,
        resolve=lambda capture, actor: services.send_capture(capture_id=capture.pk),
        sees=SEES,
        needs=NEEDS,
        covers=states(CaptureState.REQUESTED),
    )
)
dead_end(
    Kind(
        code="payments.capture_failed",
        title=_("Held money that the bank did not give"),
        button=_("Try to take it again"),
        found=Rows(_failed_captures),
        describe=_of_capture,
        resolve=lambda capture, actor: services.capture_again(capture=capture, actor=actor),
        sees=SEES,
        needs=NEEDS,
        covers=states(CaptureState.FAILED),
    )
)
dead_end(
    Kind(
        code="payments.refund",
        title=_("Refunds without an answer"),
        button=_("Ask the bank again"),
        found=Rows(_silent_refunds),
        describe=_of_refund,
        resolve=lambda refund, actor: services.send_refund(refund_id=refund.pk),
        sees=SEES,
        needs="payments.add_refund",
        covers=states(RefundState.REQUESTED),
    )
)
dead_end(
    Kind(
        code="payments.refund_failed",
        title=_("Refunds that the bank refused"),
        button=_("Refund again"),
        found=Rows(_failed_refunds),
        describe=_of_refund,
        resolve=lambda refund, actor: services.refund_again(refund=refund, actor=actor),
        sees=SEES,
        needs="payments.add_refund",
        covers=states(RefundState.FAILED),
    )
)
dead_end(
    Kind(
        code="payments.dispute",
        title=_("Disputes that wait for an answer"),
        button=_("Ask the provider for news"),
        found=Rows(_disputes),
        describe=_of_dispute,
        resolve=lambda dispute, actor: services.settle_from_gateway(payment=dispute.payment),
        sees=SEES,
        needs=NEEDS,
        covers=states(DisputeState.OPEN),
    )
)
dead_end(
    Kind(
        code="payments.hold",
        title=_("Held money that is not needed, or not held any more"),
        button=_("Release it"),
        found=Rows(_holds),
        describe=_of_payment(gettext_noop("The bank has not said that the money is released.")),
        resolve=lambda payment, actor: services.look_after_hold(payment=payment),
        sees=SEES,
        needs=NEEDS,
        covers=states(PaymentState.AUTHORIZED, PaymentState.PARTIALLY_CAPTURED),
    )
)
dead_end(
    Kind(
        code="payments.overpaid",
        title=_("Orders that were paid too much"),
        button=_("Give back what is too much"),
        found=Rows(_overpaid),
        describe=_of_payment(),
        resolve=lambda payment, actor: services.refund_excess(
            order=payment.order,
            reason=gettext("More came than was to be paid."),
            request_key=f"excess-{payment.pk}-{payment.captured_minor}",
            actor=actor,
        ),
        sees=SEES,
        needs="payments.add_refund",
    )
)
dead_end(
    Kind(
        code="payments.flagged",
        title=_("Payments to look at"),
        button=_("Looked at: ask the provider again"),
        found=Rows(_flagged),
        describe=_of_payment(),
        resolve=lambda payment, actor: services.look_again(payment=payment),
        sees=SEES,
        needs=NEEDS,
    )
)
