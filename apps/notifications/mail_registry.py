"""The registry of mails: each is declared in `mail_types.py` of the app that sends it.

    mail_type(
        MailType(
            code="order_message",                      # the name of its templates in `templates/mail/`
            name=_("Message about an order"),
            sent_when=_("Staff have written a message to the buyer."),
            variables=(text("words", _("What staff have written"), "It ships tomorrow."),),
        )
    )

A mail that a person may refuse names its kind, which is declared beside it (`mail_kind`). Mails without a kind are
transactional: they belong to an order, an account or a request.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.common.hooks import Hook

if TYPE_CHECKING:
    from apps.notifications.models import SentMail


class ValueType(TextChoices):
    TEXT = "text", _("text")
    AMOUNT = "amount", _("amount")
    MOMENT = "moment", _("date or time")
    LINK = "link", _("web address")
    NUMBER = "number", _("number")
    FLAG = "flag", _("yes or no")
    LIST = "list", _("list")
    GROUP = "group", _("group")


@dataclass(frozen=True)
class Variable:
    """A value that a mail has. `fields` are those of each item of a list, or of a group."""

    name: str
    type: ValueType
    description: StrOrPromise
    example: Any
    fields: tuple["Variable", ...] = ()


def text(name: str, description: StrOrPromise, example: StrOrPromise) -> Variable:
    return Variable(name, ValueType.TEXT, description, example)


def amount(name: str, description: StrOrPromise, example: str) -> Variable:
    """Already written in the language of the mail, with its currency."""
    return Variable(name, ValueType.AMOUNT, description, example)


def moment(name: str, description: StrOrPromise, example: str) -> Variable:
    """Already written in the store's format."""
    return Variable(name, ValueType.MOMENT, description, example)


def link(name: str, description: StrOrPromise, example: str) -> Variable:
    return Variable(name, ValueType.LINK, description, example)


def number(name: str, description: StrOrPromise, example: int) -> Variable:
    return Variable(name, ValueType.NUMBER, description, example)


def flag(name: str, description: StrOrPromise, *, example: bool = False) -> Variable:
    return Variable(name, ValueType.FLAG, description, example)


def group(
    name: str, description: StrOrPromise, *fields: Variable, is_usual: bool = True
) -> Variable:
    """Without `is_usual` the examples of a mail are without it."""
    example = {one.name: one.example for one in fields} if is_usual else None
    return Variable(name, ValueType.GROUP, description, example, fields)


def items(name: str, description: StrOrPromise, *fields: Variable) -> Variable:
    """A list of groups; the example has one."""
    return Variable(
        name, ValueType.LIST, description, [{one.name: one.example for one in fields}], fields
    )


def texts(name: str, description: StrOrPromise, *example: str) -> Variable:
    """A list of texts, such as the lines of an address."""
    return Variable(name, ValueType.LIST, description, list(example))


@dataclass(frozen=True)
class MailKind:
    """What people may refuse, as they read it on the page of their preferences.

    With `needs_opt_in` only people who have agreed get such mails; without it, all who have not refused.
    """

    code: str
    title: StrOrPromise
    description: StrOrPromise
    needs_opt_in: bool = True


@dataclass(frozen=True)
class MailType:
    """A mail: `code` names its templates, `kind` what people may refuse ("" for transactional mails).

    `write_real` writes the mail about an order of that number, as it would be sent: for the preview, which keeps it from
    being sent. `make_secret` makes the end of a link when the mail leaves, which is kept nowhere ("": it is not needed any
    more); its place in the values is `FORGOTTEN`. `required` names the links without which no wording is used.
    `automation` is the mail's `Auto-Submitted` (RFC 3834), "" for words of a person.
    """

    code: str
    name: StrOrPromise
    sent_when: StrOrPromise
    variables: tuple[Variable, ...] = ()
    kind: str = ""
    to_staff: bool = False
    write_real: Callable[[str], object] | None = None
    make_secret: "Callable[[SentMail], str] | None" = None
    required: tuple[str, ...] = ()
    automation: str = "auto-generated"

    @property
    def is_transactional(self) -> bool:
        return not self.kind


mail_kind: Final = Hook[MailKind]("mail_types", key=lambda kind: kind.code)
mail_type: Final = Hook[MailType]("mail_types", key=lambda one: one.code)


def find_mail_type(code: str) -> MailType | None:
    return mail_type.items().get(code)


def kind_of(template: str) -> str:
    """What a reader of this mail may refuse; "" for transactional mails, and for those that are not declared."""
    found = find_mail_type(template)
    return found.kind if found is not None else ""


def name_of(template: str) -> str:
    """As staff read it; the code of a mail that is not declared (any more)."""
    found = find_mail_type(template)
    return str(found.name) if found is not None else template
