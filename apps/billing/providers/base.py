"""What a way of billing does: it asks for the money of an invoice, and reports the result later."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext
from moneyed import Money

from apps.common.errors import InvalidInput


@dataclass(frozen=True)
class Charge:
    """The money of one invoice. `id` is the idempotency key: a repeated request asks for it once."""

    id: UUID
    store_id: UUID | None
    invoice_number: str
    description: str
    amount: Money
    due_at: datetime


class Outcome(StrEnum):
    """What is known of a charge."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"


@dataclass(frozen=True)
class ChargeEvent:
    """What a provider says of a charge: in its answer, in a webhook, or as staff type it. `ref` is the provider's id,
    `method` how it is paid, `at` when. Events may come twice and in any order (`services.apply_event`)."""

    charge_id: UUID
    outcome: Outcome
    ref: str = ""
    method: str = ""
    at: datetime | None = None
    reason: str = ""


class BillingProvider(ABC):
    """One way of billing. Stateless."""

    code: str

    @abstractmethod
    def open(self, charge: Charge) -> ChargeEvent:
        """Ask for the money, after the commit of the invoice, outside of transactions. Repeatable by `charge.id`."""


def unknown_provider(code: str) -> InvalidInput:
    return InvalidInput(gettext("There is no way of billing %(code)s.") % {"code": code})
