"""What staff do about payments that go no further by themselves."""

from apps.common.actor import Actor
from apps.events import services as events
from apps.gateways.installed import get_gateway
from apps.payments.charges import charge_of
from apps.payments.credits import worth_of_refund
from apps.payments.models import Capture, Payment, Refund
from apps.payments.selectors import get_received_minor
from apps.payments.services.capturing import capture_up_to
from apps.payments.services.refunding import request_refund
from apps.payments.services.settling import book_state
from apps.payments.services.transitions import lock_payment
from apps.payments.states import RefundState, RefundTo
from apps.platform.auditing import note
from apps.tenancy.retrying import repeated_on_deadlock


def look_again(*, payment: Payment) -> Payment:
    """Take off what a person has looked at, and book what the gateway says now: what does not fit is flagged again.

    Raises `GatewayUnavailable`, and the flag stays.
    """
    if payment.pays_on_delivery:
        return _unflag(payment)
    state = get_gateway(payment.gateway).fetch(charge_of(payment))
    return book_state(payment=_unflag(payment), state=state)


@repeated_on_deadlock
@events.transaction_with_wake_up()
def _unflag(payment: Payment) -> Payment:
    _, payment = lock_payment(payment.pk)
    if payment.needs_attention:
        payment.needs_attention = ""
        payment.save(update_fields=["needs_attention", "updated_at"])
        note("payment.looked_at", payment)
    return payment


@repeated_on_deadlock
@events.transaction_with_wake_up()
def refund_again(*, refund: Refund, actor: Actor) -> Refund:
    """Request what the gateway has refused once more, for the same reason and with the same tax. A second call returns
    the first one's refund. Raises `NotRefundable` when the money is not there any more.
    """
    order, payment = lock_payment(refund.payment_id)
    if refund.state != RefundState.FAILED:
        return refund
    again = request_refund(
        order=order,
        payment=payment,
        amount_minor=refund.amount_minor,
        reason=refund.reason,
        request_key=f"again-{refund.pk}",
        actor=actor,
        worth=worth_of_refund(refund),
        destination=RefundTo(refund.destination),
        is_voucher=bool(refund.voucher_minor),
    )
    payment.needs_attention = ""
    payment.save(update_fields=["needs_attention", "updated_at"])
    return again


def capture_again(*, capture: Capture, actor: Actor) -> None:
    """Ask the bank once more for money that it did not give. Nothing is asked for when it has come meanwhile.

    Raises `CaptureFailed` or `GatewayUnavailable`.
    """
    payment = Payment.objects.select_related("order").get(pk=capture.payment_id)
    missing = capture.captured_before_minor + capture.amount_minor - payment.captured_minor
    order = payment.order
    target = get_received_minor(order) + max(missing, 0)
    capture_up_to(order=order, target_minor=target, is_last=capture.is_last, actor=actor)
