"""Input and output of payments."""

from typing import Any

from rest_framework import serializers

from apps.common.api.fields import IdField, MomentField, MoneyField
from apps.common.api.serializers import StrictSerializer
from apps.common.money import money_json
from apps.orders.api.serializers import TaxComponentSerializer
from apps.orders.models import Order
from apps.payments.bank_accounts import account_rows
from apps.payments.credits import worth_of_refund
from apps.payments.models import Payment, Refund
from apps.payments.selectors import awaits_transfer, can_pay_now, get_bank_account
from apps.payments.states import PaymentState, RefundState, RefundTo
from apps.payments.transfers import rest_to_transfer
from apps.pricing.rules import components_json

PAY, DECLINE, LATER = "pay", "decline", "later"


class IntentInput(StrictSerializer):
    order_id = IdField()


class TestBankInput(StrictSerializer):
    choice = serializers.ChoiceField(choices=[PAY, DECLINE, LATER])


class RefundSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    amount = MoneyField()
    tax = MoneyField(help_text="In `amount`.")
    tax_components = TaxComponentSerializer(many=True)
    state = serializers.ChoiceField(choices=RefundState.choices)
    to = serializers.ChoiceField(choices=RefundTo.choices, help_text="Where it goes.")
    created_at = MomentField()


class AccountRowSerializer(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField()


class TransferSerializer(serializers.Serializer[Any]):
    account = AccountRowSerializer(many=True)
    amount = MoneyField()
    reference = serializers.CharField(help_text="What the buyer writes on the transfer.")
    pay_by = MomentField(allow_null=True, help_text="The order waits for the money until then.")


class PaymentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    gateway = serializers.CharField()
    last_four = serializers.CharField(help_text="The end of a gift card's code, or empty.")
    state = serializers.ChoiceField(choices=PaymentState.choices)
    amount = MoneyField()
    authorized = MoneyField(
        help_text="What the bank held or holds, to be captured when parcels leave."
    )
    captured = MoneyField()
    refunded = MoneyField()
    failure = serializers.CharField(help_text="Why the last attempt failed, or empty.")
    can_pay = serializers.BooleanField(help_text="Whether `payments/create-intent` leads anywhere.")
    created_at = MomentField()
    captured_at = MomentField(allow_null=True)
    held_until = MomentField(allow_null=True, help_text="The bank's hold ends then.")
    transfer = TransferSerializer(
        allow_null=True,
        help_text=(
            "Where the buyer transfers the money, or what a first transfer did not bring; null for other ways to pay."
        ),
    )
    refunds = RefundSerializer(many=True)


class PaymentListSerializer(serializers.Serializer[Any]):
    results = PaymentSerializer(many=True)


class IntentSerializer(serializers.Serializer[Any]):
    payment = PaymentSerializer()
    next_url = serializers.CharField(help_text="Send the buyer there.")


def present_payment(payment: Payment, order: Order) -> dict[str, Any]:
    """One payment with its refunds (prefetch them)."""
    return {
        "id": str(payment.pk),
        "gateway": payment.gateway,
        "last_four": payment.last_four,
        "state": payment.state,
        "amount": money_json(payment.amount_minor, payment.currency),
        "authorized": money_json(payment.authorized_minor, payment.currency),
        "captured": money_json(payment.captured_minor, payment.currency),
        "refunded": money_json(payment.refunded_minor, payment.currency),
        "failure": payment.failure_message,
        "can_pay": can_pay_now(order, payment),
        "created_at": payment.created_at,
        "captured_at": payment.captured_at,
        "held_until": payment.held_until,
        "transfer": _present_transfer(payment, order),
        "refunds": [_present_refund(refund) for refund in payment.refunds.all()],
    }


def _present_transfer(payment: Payment, order: Order) -> dict[str, Any] | None:
    is_open = awaits_transfer(order, payment)
    amount_minor = payment.amount_minor if is_open else rest_to_transfer(order, payment)
    account = get_bank_account() if amount_minor else None
    if account is None:
        return None
    return {
        "account": account_rows(account),
        "amount": money_json(amount_minor, payment.currency),
        "reference": order.number,
        "pay_by": payment.expires_at if is_open else None,
    }


def _present_refund(refund: Refund) -> dict[str, Any]:
    worth = worth_of_refund(refund)
    return {
        "id": str(refund.pk),
        "amount": money_json(refund.amount_minor, refund.currency),
        "tax": money_json(worth.tax_minor, refund.currency),
        "tax_components": components_json(worth.tax_parts, refund.currency),
        "state": refund.state,
        "to": refund.destination,
        "created_at": refund.created_at,
    }
