"""A table in a form of the admin: a row for each zone or profile that the store has, with a few inputs in each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django_stubs_ext import StrOrPromise

from apps.common.text import NotText, clean_block

Typed = dict[str, dict[str, str]]
_LONGEST = 3_000


@dataclass(frozen=True)
class Column:
    """`choices` make it a choice; `rows` above 1 a text of several lines."""

    name: str
    label: StrOrPromise
    choices: tuple[tuple[str, StrOrPromise], ...] = ()
    rows: int = 1


class TermRowsWidget(forms.Widget):
    template_name = "backoffice/term_rows.html"
    columns: Sequence[Column] = ()
    list_rows: Callable[[], Sequence[tuple[str, str]]] = staticmethod(lambda: ())

    class Media:
        css: ClassVar = {"all": ("backoffice/term_rows.css",)}

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        typed: Typed = value or {}
        rows = [
            {
                "label": label,
                "inputs": [
                    {
                        "column": column,
                        "name": f"{name}-{code}-{column.name}",
                        "value": typed.get(code, {}).get(column.name, ""),
                    }
                    for column in self.columns
                ],
            }
            for code, label in self.list_rows()
        ]
        context: dict[str, Any] = super().get_context(name, None, attrs)
        return {**context, "rows": rows, "columns": self.columns}

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """By the project's templates: a form's own renderer knows only Django's."""
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Typed:
        return {
            code: {
                column.name: str(data.get(f"{name}-{code}-{column.name}", "")).strip()
                for column in self.columns
            }
            for code, _label in self.list_rows()
        }

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class TermRowsField(forms.Field):
    """Cleans to what was typed, by row and column."""

    widget = TermRowsWidget

    def __init__(
        self,
        *,
        columns: Sequence[Column],
        list_rows: Callable[[], Sequence[tuple[str, str]]],
        **kwargs: Any,
    ) -> None:
        super().__init__(required=False, **kwargs)
        self.widget.columns, self.widget.list_rows = columns, list_rows

    def __deepcopy__(self, memo: Any) -> "TermRowsField":
        copied = super().__deepcopy__(memo)
        copied.widget.columns = self.widget.columns
        copied.widget.list_rows = self.widget.list_rows
        return copied

    def clean(self, value: Any) -> Typed:
        try:
            return {
                code: {name: clean_block(text, most=_LONGEST) for name, text in row.items()}
                for code, row in (value or {}).items()
            }
        except NotText as error:
            raise forms.ValidationError(str(error)) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        before: Mapping[str, Mapping[str, str]] = initial or {}
        return any(
            text != before.get(code, {}).get(name, "")
            for code, row in (data or {}).items()
            for name, text in row.items()
        )
