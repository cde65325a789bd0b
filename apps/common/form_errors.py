"""Errors of services, shown on the form."""

from collections.abc import Callable, Iterable, Mapping

from django.forms import BaseForm

from apps.common.errors import DomainError

# The names of fields where an error of this path belongs, the best first.
Places = Callable[[str], Iterable[str]]


def places_of(path: str) -> Iterable[str]:
    """`address.city` belongs to a field `address-city`, else to `address`."""
    return path.replace(".", "-"), path.split(".")[0]


def show_error(form: BaseForm, error: DomainError, *, places: Places = places_of) -> None:
    """Put the error's sentences at its fields; an error without any goes on top."""
    show_field_errors(form, error.fields, places=places)
    if not any(error.fields.values()):
        form.add_error(None, str(error))


def show_field_errors(
    form: BaseForm, fields: Mapping[str, list[str]], *, places: Places = places_of
) -> None:
    """Put each sentence at the first of its places that the form has; where it has none, on top."""
    for path, sentences in fields.items():
        target = next((name for name in places(path) if name in form.fields), None)
        for sentence in sentences:
            form.add_error(target, sentence)
