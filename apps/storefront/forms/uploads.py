"""A field for several files."""

from typing import Any

from django import forms


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class UploadsField(forms.FileField):
    """Cleans to a list; empty uploads are left out. `accept` is what the browser offers to choose."""

    def __init__(self, *, accept: str, **kwargs: Any) -> None:
        widget = ManyFilesInput({"multiple": True, "accept": accept})
        super().__init__(**{"required": False, "widget": widget, **kwargs})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [file for file in (data or []) if file]
