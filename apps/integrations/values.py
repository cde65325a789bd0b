"""What a kind of integration takes and returns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.platform.models import IntegrationConfig

Environment = IntegrationConfig.Environment


class Incident(TextChoices):
    """Why a system is not heard of. `SILENT`: it sends nothing though orders are open; `REFUSED`: it refuses the credentials."""

    SILENT = "silent", _("nothing is heard")
    REFUSED = "refused", _("credentials refused")


# A body that was read: a JSON object, or a list.
Payload: TypeAlias = dict[str, Any] | list[Any]


@dataclass(frozen=True)
class Incoming:
    """What the request has to know about a message. Everything else waits for the task.

    `key` is the sender's own id of the message; without one the hash of topic and body is taken, so that a body that
    comes again is the same message. `always_new` where equal bodies are different messages (levels of stock without a
    time). `subject` is what staff search by.
    """

    subject: str = ""
    key: str = ""
    always_new: bool = False


@dataclass(frozen=True)
class OrderFacts:
    """One order, parcel or invoice of the outside system, as a message tells of it.

    `ref` is the outside system's own key, unique in the store; `number` is ours (the order's number). `changed_at` is the
    outside system's time of this state: an older one never replaces a newer one, and without one the time of arrival
    counts. `scans` are facts that are kept beside the newest state, each once.
    """

    ref: str
    number: str = ""
    waybill: str = ""
    status: str = ""
    status_code: str = ""
    changed_at: datetime | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    scans: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Delivery:
    """A message that is applied to the store. `newest` are the facts of it that are now the state of their document, all
    others were overtaken by a newer message. `message_id` is the same however often it is handled."""

    topic: str
    payload: Payload
    message_id: str
    received_at: datetime
    facts: Sequence[OrderFacts]
    newest: Sequence[OrderFacts]


# A line of a card: what it is, and its value. Empty values are not shown.
CardRow: TypeAlias = tuple[StrOrPromise, str | datetime | None]


@dataclass(frozen=True)
class CardButton:
    """A button of staff on an order's page. `Kind.press` gets its `verb` and `key`. `needs` is the permission of who sees it."""

    verb: str
    label: StrOrPromise
    needs: str
    key: str = ""
    is_primary: bool = False


@dataclass(frozen=True)
class CardPart:
    """One document, parcel or invoice of the outside system. `warning` is what went wrong, in words."""

    title: str = ""
    rows: Sequence[CardRow] = ()
    warning: str = ""
    buttons: Sequence[CardButton] = ()


@dataclass(frozen=True)
class OrderCard:
    """What an outside system knows of an order: first of the order itself, then of each of its parts."""

    whole: CardPart
    parts: Sequence[CardPart] = ()


def code_of(kind: str, environment: str) -> str:
    """`clickpost`, or `clickpost-dev` for its development: the source in the inbox, and the first part of addresses."""
    return kind if environment == Environment.PRODUCTION else f"{kind}-dev"
