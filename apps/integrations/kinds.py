"""The interface of every outside system. `docs/integrations.md` says how to add one."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext
from django_stubs_ext import StrOrPromise

from apps.common.actor import Actor
from apps.common.errors import InvalidInput, NotFound
from apps.common.text import line_of
from apps.gateways.keyed import Finding, KeyField
from apps.integrations.documents import OrderDocument
from apps.integrations.values import (
    Delivery,
    Environment,
    Incoming,
    OrderCard,
    OrderFacts,
    Payload,
)
from apps.orders.models import Order

LONGEST_VALUE = 300
__all__ = ["Finding", "KeyField", "Kind"]


class Kind(ABC):
    """One outside system.

    `documents` says where its orders are written, per environment: its keys are the environments there are. `topics` are
    the webhooks, the last part of their addresses. `fields` are what the store's owner enters, secret or not; all are
    kept sealed.
    """

    code: ClassVar[str]
    label: ClassVar[StrOrPromise]
    description: ClassVar[StrOrPromise]
    webhook_hint: ClassVar[StrOrPromise]  # where at the vendor address and secret are entered
    topics: ClassVar[Sequence[str]]
    fields: ClassVar[Sequence[KeyField]]
    documents: ClassVar[Mapping[Environment, type[OrderDocument]]]

    def clean(self, values: Mapping[str, str]) -> dict[str, str]:
        """The values in their normal form. Raises `InvalidInput` with the errors by field."""
        cleaned = {
            each.name: line_of(str(values.get(each.name, "")))
            or (each.choices[0][0] if each.choices else "")
            for each in self.fields
        }
        wrong = {
            each.name: [gettext("This is needed.")]
            for each in self.fields
            if not cleaned[each.name] and each.name not in self.optional
        }
        wrong |= {
            each.name: [gettext("Choose one of the values.")]
            for each in self.fields
            if each.choices and cleaned[each.name] not in dict(each.choices)
        }
        wrong |= {
            name: [gettext("This can't be part of it: blanks, or other letters than ASCII.")]
            for name, value in cleaned.items()
            if self.is_token(name) and not re.fullmatch(r"[!-~]*", value)
        }
        if wrong:
            raise InvalidInput(gettext("These values can't be used."), fields=wrong)
        return cleaned

    # Names of fields that may be empty.
    optional: ClassVar[frozenset[str]] = frozenset()

    def is_token(self, name: str) -> bool:
        """Whether the field holds a key or the like, which goes into a header."""
        return any(each.name == name and each.is_secret for each in self.fields)

    @abstractmethod
    def test_connection(self, config: Mapping[str, Any], environment: Environment) -> list[Finding]:
        """Try the values at the vendor: what is wrong, and what to do. Changes nothing there, raises nothing."""

    def begin(self) -> None:
        """A store is being connected to the production environment: rows that the kind begins with. Repeatable."""
        return

    def identify(self, topic: str, payload: Payload) -> Incoming:
        """Called within the request: quick and pure. Raises `MalformedMessage` for what is no message of this topic."""
        return Incoming()

    @abstractmethod
    def read_orders(self, topic: str, payload: Payload) -> Sequence[OrderFacts]:
        """The orders that a message tells of, in its order. Pure: it reads nothing but the payload, and is called in every
        environment. Raises `MalformedMessage`."""

    def apply(self, delivery: Delivery) -> str:
        """What a message of the **production** environment changes in the store: shipments, stock. Returns it in words for
        staff. Called after the documents are written, at least once, in any order; never for development.

        Raises `GiveUp` (apps.events.errors) or `MalformedMessage` where a later try can't help.
        """
        return ""

    def awaits(self, order: Order) -> str:
        """Why parcels of the order are not to be booked by themselves yet, in words; "" where the system has what it needs. A
        warehouse system has the order before its parcel leaves: one that has left would not be sent to it any more."""
        return ""

    def facts_of_order(self, order: Order) -> OrderCard | None:
        """The card on the order's page in the admin, for stores that are connected: what the system knows of it, and buttons.
        A few queries, no call. None: no card."""
        return None

    def press(self, order: Order, verb: str, key: str, actor: Actor) -> str:
        """A button of the card; a sentence for staff. Outside a transaction: it may call the system. Raises the refusal as a
        `DomainError`, which staff read. The right to it was checked; the state of things was not."""
        raise NotFound()
