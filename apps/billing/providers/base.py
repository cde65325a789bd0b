"""What a way of billing does: it asks for the money of an invoice, and reports the result later."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.utils.translation import gettext
from django_stubs_ext import StrOrPromise
from moneyed import Money

from apps.common.errors import InvalidInput


@dataclass(frozen=True)
class Customer:
    """Who pays, as a provider knows them. `key` is the idempotency key of their making, `ref` the provider's id, empty before
    there is one."""

    key: str
    store_id: UUID
    ref: str = ""
    method_ref: str = ""


@dataclass(frozen=True)
class Charge:
    """The money of one invoice. `id` is the idempotency key: a repeated request asks for it once. `ref` is the provider's,
    empty before its first answer. Ways without a page of their own need no customer."""

    id: UUID
    store_id: UUID | None
    invoice_number: str
    description: str
    amount: Money
    due_at: datetime
    ref: str = ""
    payment_ref: str = ""
    customer: Customer | None = None


class Outcome(StrEnum):
    """What is known of a charge."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"


@dataclass(frozen=True)
class ChargeEvent:
    """What a provider says of a charge: in its answer, in a webhook, or as staff type it. `ref` is the provider's id,
    `method` how it is paid, `at` when. Events may come twice and in any order (`services.apply_event`).

    `pay_url` is where the payer pays. `payment_ref` is the provider's id of the money itself. `is_closed`: the provider asks
    for it no more. `refunded` and `dispute` are what is known since the charge began; None: the provider does not say.
    """

    charge_id: UUID
    outcome: Outcome
    ref: str = ""
    method: str = ""
    at: datetime | None = None
    reason: str = ""
    pay_url: str = ""
    payment_ref: str = ""
    is_closed: bool = False
    refunded: Money | None = None
    dispute: str | None = None
    dispute_reason: str = ""


@dataclass(frozen=True)
class SavedMethod:
    """A payment method that the provider keeps. `kind` is its name for people."""

    ref: str
    kind: str
    last4: str = ""
    expires_month: int | None = None
    expires_year: int | None = None


# In the address to which a page leads back: the provider puts the id of its page there.
PAGE_ID: Final = "PAGE_ID"


class CustomerGone(Exception):
    """The provider does not have this customer any more: it was deleted there, or the keys are of another account."""


class BillingProvider(ABC):
    """One way of billing. Stateless."""

    code: str
    is_online = False

    def is_enabled(self) -> bool:
        return True

    @abstractmethod
    def open(self, charge: Charge) -> ChargeEvent:
        """Ask for the money, after the commit of the invoice, outside of transactions. Repeatable by `charge.id`."""


class OnlineProvider(BillingProvider):
    """One with a page on which merchants pay."""

    is_online = True
    label: StrOrPromise
    pages: tuple[str, ...] = ()  # the outside origins to which forms may lead
    keeps_methods = False

    def takes(self, currency: str) -> bool:
        """Whether it takes payments in the currency at all."""
        return True

    @abstractmethod
    def fetch(self, charge: Charge) -> ChargeEvent:
        """What is true of the charge now: the only ground for booking money."""

    @abstractmethod
    def close(self, charge: Charge) -> ChargeEvent:
        """Ask for the money no more. What was paid meanwhile is said by the event."""

    @abstractmethod
    def refund(self, charge: Charge, *, key: UUID, amount: Money) -> str:
        """Send money back; the provider's id of it. Repeatable by `key`."""

    def address_of(self, ref: str) -> str:
        """The charge among the provider's own pages, for staff of the platform."""
        return ""


class KeepingProvider(OnlineProvider):
    """One that keeps a payment method of each customer, and takes the money of later invoices by it."""

    keeps_methods = True

    @abstractmethod
    def make_customer(self, customer: Customer) -> str:
        """The provider's id. Repeatable by `customer.key`."""

    @abstractmethod
    def describe_customer(self, customer: Customer, facts: Mapping[str, str]) -> None:
        """Write name and address (`name`, `email`). Raises `CustomerGone`."""

    @abstractmethod
    def page_to_save(self, customer: Customer, *, currency: str, return_url: str) -> str:
        """The address of the page on which a method is saved. `return_url` gets the page's id in the place of `PAGE_ID`."""

    @abstractmethod
    def page_to_change(self, customer: Customer, *, return_url: str) -> str:
        """The address of the page on which the saved method is changed or removed."""

    @abstractmethod
    def take_saved(
        self, customer: Customer, page: str, *, after: datetime | None
    ) -> datetime | None:
        """Use the method that was saved on a page from now on: where it is finished, of this customer, and was opened after that
        moment. The moment of its opening; None where nothing changed. Repeatable."""

    @abstractmethod
    def read_method(self, customer: Customer) -> SavedMethod | None:
        """The method by which invoices are paid now. Raises `CustomerGone`."""


def unknown_provider(code: str) -> InvalidInput:
    return InvalidInput(gettext("There is no way of billing %(code)s.") % {"code": code})
