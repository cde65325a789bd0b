"""Input and output of gift cards and store credit."""

from typing import Any

from rest_framework import serializers

from apps.common.api.fields import CodeField, MomentField, MoneyField
from apps.common.api.serializers import StrictSerializer
from apps.giftcards.kinds import EntryKind


class BalanceInput(StrictSerializer):
    code = CodeField(max_length=200, help_text="However it is typed: case, spaces and dashes.")


class BalanceSerializer(serializers.Serializer[Any]):
    last_four = serializers.CharField()
    balance = MoneyField()
    expires_on = serializers.DateField(allow_null=True, help_text="Its last day; null: none.")


class CreditEntrySerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=EntryKind.choices)
    amount = MoneyField(help_text="Below zero where it was spent.")
    reason = serializers.CharField()
    order_number = serializers.CharField(help_text="Empty where it is about no order.")
    created_at = MomentField()


class StoreCreditSerializer(serializers.Serializer[Any]):
    balance = MoneyField()
    entries = CreditEntrySerializer(many=True, help_text="The last hundred, latest first.")
