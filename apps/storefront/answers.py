"""A domain error on a page: beside the field where it has one, on top of the form otherwise."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from django.forms import BaseForm

from apps.common.errors import DomainError

Result = TypeVar("Result")


def add_errors(
    form: BaseForm, error: DomainError, *, names: Mapping[str, str] | None = None
) -> None:
    """Put the error's fields where the form has them (`names` renames), what is left on top."""
    placed = False
    for path, sentences in error.fields.items():
        name = (names or {}).get(path, path.replace(".", "-"))
        target = name if name in form.fields else None
        for sentence in sentences:
            form.add_error(target, sentence)
            placed = True
    if not placed:
        form.add_error(None, str(error))


def attempt(work: Callable[[], Result]) -> tuple[Result | None, str]:
    """The result and no problem, or no result and the sentence to show."""
    try:
        return work(), ""
    except DomainError as error:
        return None, str(error)
