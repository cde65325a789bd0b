"""Declares the kind of text of a service's parameter in its type; `@cleans_text` enforces it.

    @cleans_text
    def add_note(*, order: Order, text: Annotated[str, Block(2000)], actor: Actor) -> OrderEvent:

The service gets the normal form of `apps.common.text`, whichever door it came through. Invalid or too long text raises
`InvalidInput` at that parameter.
"""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, wraps
from typing import Annotated, Any, ParamSpec, TypeVar, get_args, get_origin, get_type_hints

from django.utils.translation import gettext

from apps.common.errors import InvalidInput
from apps.common.text import NotText, clean_block, clean_code, clean_line, line_of
from apps.common.web import clean_email, clean_host, clean_web_address

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Kind(ABC):
    """`most` is the number of characters; `required` refuses an empty text."""

    most: int | None = None
    required: bool = False

    @abstractmethod
    def clean(self, value: Any) -> Any:
        """The value in its normal form. Raises `NotText`."""


class Line(Kind):
    """One line: a name, a title, a reason."""

    def clean(self, value: Any) -> str:
        return clean_line(value, most=self.most)


class Block(Kind):
    """Several lines: a note, a description."""

    def clean(self, value: Any) -> str:
        return clean_block(value, most=self.most)


class Code(Kind):
    """A SKU, a reference, a tracking number."""

    def clean(self, value: Any) -> str:
        return clean_code(value, most=self.most)


class Host(Kind):
    """A host, in ASCII."""

    def clean(self, value: Any) -> str:
        return clean_host(value)


class WebAddress(Kind):
    """An address of a page, its host in ASCII."""

    def clean(self, value: Any) -> str:
        return clean_web_address(value, most=self.most or 500)


class Email(Kind):
    """An e-mail address, in lower case."""

    def clean(self, value: Any) -> str:
        return clean_email(value)


class Said(Kind):
    """A line from another program; cut, never refused."""

    def clean(self, value: Any) -> str:
        return line_of(value, most=self.most)


@dataclass(frozen=True)
class Raw(Kind):
    """Not text of people, or cleaned by what the service calls; `why` says which."""

    why: str = ""

    def clean(self, value: Any) -> Any:
        return value


def cleans_text(service: Callable[P, R]) -> Callable[P, R]:
    """Pass every annotated parameter in its normal form. They must be keyword-only."""
    parameters = inspect.signature(service).parameters

    @cache
    def kinds() -> Mapping[str, Kind]:
        found = kinds_of(service)
        positional = [n for n in found if parameters[n].kind is not inspect.Parameter.KEYWORD_ONLY]
        if positional:
            raise TypeError(f"{service.__name__}: {', '.join(positional)} must be keyword-only")
        return found

    @wraps(service)
    def cleaned(*args: P.args, **kwargs: P.kwargs) -> R:
        texts = clean_texts({name: kwargs.get(name) for name in kinds()}, kinds())
        return service(*args, **{**kwargs, **texts})  # type: ignore[arg-type]  # the same names, cleaned values

    cleaned.cleans_text = True  # type: ignore[attr-defined]  # a test asks every service
    return cleaned


def clean_texts(
    values: Mapping[str, Any],
    kinds: Mapping[str, Kind],
    error: type[InvalidInput] = InvalidInput,
) -> dict[str, Any]:
    """The texts among `values` that `kinds` names, in their normal form; None and what is missing is left out.

    Raises `error` with every wrong one in its `fields`.
    """
    texts: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    for name, kind in kinds.items():
        if values.get(name) is None:
            continue
        try:
            texts[name] = kind.clean(values[name])
        except NotText as refusal:
            wrong[name] = [str(refusal)]
            continue
        if kind.required and not texts[name]:
            wrong[name] = [gettext("This field is required.")]
    if wrong:
        raise error(fields=wrong)
    return texts


def kinds_of(service: Callable[..., Any]) -> dict[str, Kind]:
    """The parameters whose type says what text they are."""
    hints = get_type_hints(service, include_extras=True)
    found: dict[str, Kind] = {}
    for name, hint in hints.items():
        for part in (hint, *get_args(hint)):  # `Annotated[...] | None` has it inside
            marks = part.__metadata__ if get_origin(part) is Annotated else ()
            found.update((name, mark) for mark in marks if isinstance(mark, Kind))
    return found
