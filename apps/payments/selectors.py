"""Every read of payments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Case, F, Model, Q, QuerySet, Subquery, Sum, When
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from apps.common.clock import now
from apps.gateways.errors import PaymentMethodUnavailable
from apps.gateways.installed import (
    STORED_VALUE,
    booked_by_staff,
    can_authorize,
    get_keyed_gateway,
    is_booked_by_staff,
    takes,
)
from apps.gateways.keyed import read_keys
from apps.inbox.selectors import waiting_messages
from apps.orders import states as order_states
from apps.orders.models import Order
from apps.payments.cash_rules import CashRules, rules_of
from apps.payments.errors import PaymentNotFound
from apps.payments.models import Capture, Payment, PaymentMethod, PaymentSettings, Refund
from apps.payments.states import (
    AWAITS_CASH,
    HELD_STATES,
    OPEN_STATES,
    PAYABLE_STATES,
    CaptureState,
    RefundState,
)
from apps.payments.ways import BankAccount, CashSettings
from apps.tenancy.context import current_store
from apps.tenancy.versioned_cache import cached_by_version

ENDS_SOON = timedelta(days=2)


@dataclass(frozen=True)
class OfferedMethod:
    """One way to pay, as a buyer sees it. `code` is the gateway's; an order waits `time_to_pay` for its payment.

    `is_test_mode`: the store's keys of the provider move no real money.
    `is_captured_later`: the bank holds the money of what has to be sent until it is.
    """

    code: str
    label: StrOrPromise
    description: StrOrPromise
    is_test: bool
    pays_on_delivery: bool
    time_to_pay: timedelta
    is_test_mode: bool = False
    is_captured_later: bool = False
    cash: CashRules | None = None

    @property
    def fee_minor(self) -> int:
        return self.cash.fee_minor if self.cash is not None else 0


def list_payment_methods() -> list[OfferedMethod]:
    """The payment methods that the store offers now, in its order."""
    offer = _read_offer()
    currency = current_store().currency
    methods = [_offered(offer, *row) for row in offer.methods if takes(row[0], currency)]
    if current_store().is_sandbox:
        return _harmless(methods, offer.time_to_pay)
    return [method for method in methods if settings.PAYMENTS_TEST_GATEWAY or not method.is_test]


def get_time_to_pay() -> timedelta:
    """How long a new order waits for its payment."""
    return _read_offer().time_to_pay


class _Offer(NamedTuple):
    methods: list[tuple[Any, ...]]
    minutes_to_pay: int
    captures_later: bool = False
    cash: CashRules = CashRules()
    account: BankAccount | None = None

    @property
    def time_to_pay(self) -> timedelta:
        return timedelta(minutes=self.minutes_to_pay)

    @property
    def time_to_transfer(self) -> timedelta:
        return timedelta(days=self.account.days_to_pay if self.account else 1)


def _offered(
    offer: _Offer,
    code: str,
    label: str,
    description: str,
    is_test: bool,
    pays_on_delivery: bool,
    is_test_mode: bool,
) -> OfferedMethod:
    return OfferedMethod(
        code,
        label,
        description,
        is_test,
        pays_on_delivery,
        offer.time_to_transfer if is_booked_by_staff(code) else offer.time_to_pay,
        is_test_mode,
        offer.captures_later and can_authorize(code),
        offer.cash if pays_on_delivery else None,
    )


def get_bank_account() -> BankAccount | None:
    """The account for bank transfers, if the store has said it and offers them."""
    return _read_offer().account


_SETTINGS = ("minutes_to_pay", "capture")
_CASH = (
    "minimum_minor",
    "maximum_minor",
    "fee_minor",
    "postal_rule",
    "postal_codes",
    "confirmation",
    "hours_to_confirm",
)
_ACCOUNT = (
    "holder",
    "bank",
    "iban",
    "account_number",
    "branch_code",
    "country",
    "bic",
    "days_to_pay",
)


@cached_by_version("payments")
def _read_offer() -> _Offer:
    """Methods, settings, the rules of cash and the account in one statement, and one of the registry for each method that
    needs keys. A method without its keys or its account is left out. Saved keys note a change of payments, as a write of
    the rows does."""
    rows = list(
        PaymentMethod.objects.filter(is_active=True).values_list(
            "gateway",
            "label",
            "description",
            "is_test",
            "pays_on_delivery",
            *_columns_of(PaymentSettings, _SETTINGS),
            *_columns_of(CashSettings, _CASH),
            *_columns_of(BankAccount, _ACCOUNT),
        )
    )
    if not rows:
        return _Offer([], PaymentSettings().minutes_to_pay)
    first, cash_from, account_from = rows[0], 5 + len(_SETTINGS), 5 + len(_SETTINGS) + len(_CASH)
    general = PaymentSettings(**_filled(_SETTINGS, first[5:cash_from]))
    cash = CashSettings(**_filled(_CASH, first[cash_from:account_from]))
    account = BankAccount(**_filled(_ACCOUNT, first[account_from:]))
    found = account if account.is_complete else None
    return _Offer(
        [
            (*row[:5], is_test_mode)
            for row in rows
            if (is_test_mode := _is_test_mode(row[0], found)) is not None
        ],
        general.minutes_to_pay,
        general.capture == PaymentSettings.Capture.AT_SHIPMENT,
        rules_of(cash),
        found if any(is_booked_by_staff(row[0]) for row in rows) else None,
    )


def _columns_of(model: type[Model], names: Sequence[str]) -> list[Subquery]:
    row = model._default_manager.filter(key="store")
    return [Subquery(row.values(name)) for name in names]


def _filled(names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    """Without what is empty: a row that is not there has its model's defaults."""
    return {name: value for name, value in zip(names, values, strict=True) if value is not None}


def _is_test_mode(gateway_code: str, account: BankAccount | None) -> bool | None:
    """None for a gateway whose keys, or whose account, the store has not."""
    if is_booked_by_staff(gateway_code):
        return None if account is None else False
    gateway = get_keyed_gateway(gateway_code)
    if gateway is None:
        return False
    keys = read_keys(gateway_code)
    return gateway.is_test_mode(keys) if keys else None


def _harmless(methods: list[OfferedMethod], time_to_pay: timedelta) -> list[OfferedMethod]:
    """The payment methods of a sandbox: always the test bank, cash on delivery if the store has it, no provider."""
    own = [method for method in methods if method.is_test or method.pays_on_delivery]
    if any(method.is_test for method in own):
        return own
    test_bank = OfferedMethod(
        code="test",
        label=gettext_lazy("Test payment"),
        description=gettext_lazy(
            "For trying the store out: you choose the outcome, no real money moves."
        ),
        is_test=True,
        pays_on_delivery=False,
        time_to_pay=time_to_pay,
    )
    return [test_bank, *own]


def get_payment_method(code: str) -> OfferedMethod:
    """A method this store offers. Raises `PaymentMethodUnavailable`."""
    for method in list_payment_methods():
        if method.code == code:
            return method
    raise PaymentMethodUnavailable(fields={"payment_method": [str(PaymentMethodUnavailable.title)]})


def get_payment(payment_id: UUID) -> Payment:
    """With its order. Raises `PaymentNotFound`."""
    try:
        return Payment.objects.select_related("order").get(pk=payment_id)
    except Payment.DoesNotExist:
        raise PaymentNotFound() from None


def get_payment_of(order: Order) -> Payment | None:
    """The order's latest payment, of those that a gift card or store credit did not make if there is another."""
    return _main_first(order).first()


def get_payments_of(order: Order) -> list[Payment]:
    """The payments of the order, that of `get_payment_of` first. One query."""
    return list(_main_first(order))


def _main_first(order: Order) -> QuerySet[Payment]:
    is_last = Case(When(gateway__in=STORED_VALUE, then=1), default=0)
    rows = Payment.objects.filter(order_id=order.pk)
    return rows.order_by(is_last, "-created_at", "-id")


def list_payments_of(order: Order) -> list[Payment]:
    """Latest first, with attempts and refunds: three queries."""
    return list(
        Payment.objects.filter(order_id=order.pk)
        .prefetch_related("attempts", "refunds")
        .order_by("-created_at", "-id")
    )


def can_pay_now(order: Order, payment: Payment | None) -> bool:
    """Whether to show the buyer a "pay" button: not while the bank is confirming what they paid."""
    return payment is not None and payment.state in PAYABLE_STATES and can_ask_again(order, payment)


def can_ask_again(order: Order, payment: Payment) -> bool:
    """Whether the gateway decides if the payment can be paid: what the bank was confirming may be open by now."""
    return _is_open(order, payment) and not is_booked_by_staff(payment.gateway)


def awaits_transfer(order: Order, payment: Payment) -> bool:
    """Whether the buyer is to transfer the money by their bank."""
    return _is_open(order, payment) and is_booked_by_staff(payment.gateway)


def can_be_followed(payment: Payment) -> bool:
    """Whether it is a transfer that came: one more transfer may bring what it lacks."""
    return is_booked_by_staff(payment.gateway) and payment.captured_minor > 0


def _is_open(order: Order, payment: Payment) -> bool:
    return (
        order.cancelled_at is None
        and order.paid_at is None
        and payment.state in OPEN_STATES
        and not payment.pays_on_delivery
    )


def is_cash_due(order: Order, payment: Payment | None) -> bool:
    """Whether the courier is still to bring money for the order."""
    return (
        payment is not None
        and payment.pays_on_delivery
        and payment.state in AWAITS_CASH
        and order.payment_state in order_states.AWAITS_CASH
    )


def get_refundable_minor(order: Order) -> int:
    """What can be refunded of the order, by all its payments together."""
    left = F("captured_minor") - F("refunded_minor") - F("disputed_minor")
    rows = Payment.objects.filter(order_id=order.pk).annotate(left=left).filter(left__gt=0)
    return rows.aggregate(sum=Sum("left"))["sum"] or 0


def get_received_minor(order: Order) -> int:
    """What has come of the order, before refunds."""
    rows = Payment.objects.filter(order_id=order.pk)
    return rows.aggregate(sum=Sum("captured_minor"))["sum"] or 0


def get_held_minor(order: Order) -> int:
    """What banks hold for the order and the store can still capture."""
    held = Payment.objects.filter(order_id=order.pk, state__in=HELD_STATES)
    return sum(min(payment.held_minor, payment.due_minor) for payment in held)


def list_ending_holds() -> QuerySet[Payment]:
    """Payments whose money the bank releases within two days unless it is captured, first the first to end."""
    held = Payment.objects.filter(state__in=HELD_STATES, held_until__lt=now() + ENDS_SOON)
    return held.order_by("held_until")


def list_open_payments(order: Order) -> list[Payment]:
    """Payments of the order by which money may still come, latest first."""
    rows = Payment.objects.filter(order_id=order.pk, state__in=OPEN_STATES)
    return list(rows.order_by("-created_at", "-id"))


def list_expired_payments(*, limit: int = 200) -> list[Payment]:
    """Open payments whose time is over, longest overdue first: their orders are to be cancelled."""
    expired = Payment.objects.filter(state__in=OPEN_STATES, expires_at__lt=now())
    return list(expired.select_related("order").order_by("expires_at")[:limit])


def is_awaited(order_id: UUID) -> bool:
    """Whether a payment of the order is open and has time left, or has no limit."""
    rows = Payment.objects.filter(order_id=order_id, state__in=OPEN_STATES)
    return rows.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now())).exists()


def has_unfinished_business() -> bool:
    """Whether money, a capture, a refund or a message of the inbox is still on its way. At most four statements.

    Transfers, which take days, are left to the slow clock.
    """
    return (
        Payment.objects.filter(state__in=OPEN_STATES, expires_at__isnull=False)
        .exclude(gateway__in=booked_by_staff())
        .exists()
        or Capture.objects.filter(state=CaptureState.REQUESTED).exists()
        or Refund.objects.filter(state=RefundState.REQUESTED).exists()
        or waiting_messages().exists()
    )


def count_settled_minor(payment: Payment) -> int:
    """The amount that the gateway has refunded."""
    amounts = Refund.objects.filter(payment=payment, state=RefundState.SUCCEEDED)
    return sum(amounts.values_list("amount_minor", flat=True))


@dataclass(frozen=True)
class RefundSums:
    """Amounts of an order in minor units: received, refunded, and requested refunds that are not complete.

    Overpayments and their refunds are not included.
    """

    captured_minor: int = 0
    done_minor: int = 0
    waiting_minor: int = 0

    @property
    def all_minor(self) -> int:
        return self.done_minor + self.waiting_minor


def get_refund_sums(order: Order) -> RefundSums:
    """One query for an order that nothing was paid for, two for others."""
    payments = Payment.objects.filter(order_id=order.pk)
    captured = sum(payments.values_list("captured_minor", flat=True))
    if not captured:
        return RefundSums()
    rows = Refund.objects.filter(payment__order_id=order.pk).exclude(state=RefundState.FAILED)
    refunds = list(rows.values_list("state", "amount_minor"))
    settled = sum(amount for state, amount in refunds if state == RefundState.SUCCEEDED)
    asked = sum(amount for _, amount in refunds)
    beyond = max(captured - order.payable_minor, 0)
    ended, came = order.cancelled_at, captured - beyond
    is_late = ended is not None and (order.paid_at is None or order.paid_at >= ended)
    first = 0 if is_late else beyond  # what went back before is no excess of what comes late
    done = min(max(settled - first, 0), came)
    return RefundSums(came, done, min(max(asked - first, 0), came) - done)
