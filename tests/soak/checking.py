"""After the year: everything that can come has come, and all books agree."""

from datetime import timedelta

from apps.common.clock import now
from apps.events.models import OutboxMessage
from apps.events.services import relay_outbox
from apps.gateways.models import TestGatewayCharge
from apps.inbox.models import InboxMessage
from apps.orders.folding import compare_with_events
from apps.orders.models import Order
from apps.payments.models import Capture, Payment, Refund
from apps.payments.refundable import refunds_at_gateway
from apps.payments.states import RefundState
from apps.platform.ledgers import check_ledgers
from apps.platform.sweeps import run_sweeps
from apps.tenancy.context import current_store
from tests.payments.bank import deliver, message_of
from tests.soak.world import World

_ROUNDS = 12


def calm_down(world: World) -> None:
    """The bank answers, its messages arrive, and the sweeps run until nothing is left to do."""
    world.bank.is_moody = False
    for payment in Payment.objects.filter(gateway="test").order_by("pk"):
        if TestGatewayCharge.objects.filter(charge_ref=str(payment.pk)).exists():
            deliver(message_of(payment))
    for _ in range(_ROUNDS):
        world.clock.run_on(timedelta(hours=6))
        with world.clock.running():
            OutboxMessage.objects.filter(state="pending").update(due_at=now())
            while relay_outbox():
                continue
            run_sweeps(current_store())
    world.bank.is_moody = True


def list_disagreements() -> list[str]:
    """Empty when stock, money, coupons, cards, documents and histories say the same, and nothing is stuck."""
    found = [str(each) for each in check_ledgers()]
    for order in Order.objects.order_by("pk"):
        found += [f"{order.number}: {each}" for each in compare_with_events(order)]
    found += [
        f"{name}: {count} left"
        for name, count in {
            "outbox": OutboxMessage.objects.filter(state="pending").count(),
            "dead messages": OutboxMessage.objects.filter(state="dead").count(),
            "events of the bank": InboxMessage.objects.filter(handled_at__isnull=True).count(),
            "refunds": Refund.objects.filter(state=RefundState.REQUESTED).count(),
            "captures": Capture.objects.filter(state="requested").count(),
        }.items()
        if count
    ]
    return [*found, *_beside_the_bank()]


def _beside_the_bank() -> list[str]:
    """What the bank has taken and given back is what the shop says of it."""
    found = []
    for payment in Payment.objects.filter(gateway="test").order_by("pk"):
        charge = TestGatewayCharge.objects.filter(charge_ref=str(payment.pk)).first()
        taken, given = (charge.captured_minor, charge.refunded_minor) if charge else (0, 0)
        if payment.captured_minor != taken:
            found.append(f"{payment.order.number}: captured {payment.captured_minor}, bank {taken}")
        done = refunds_at_gateway(payment).filter(state=RefundState.SUCCEEDED)
        ours = sum(done.values_list("amount_minor", flat=True))
        if ours != given:
            found.append(f"{payment.order.number}: refunded {ours}, bank {given}")
    return found
