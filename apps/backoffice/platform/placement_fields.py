"""The form fields of a store's placement: one set per kind of database, generated from its configuration."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from apps.common.errors import DomainError
from apps.common.fields import RawField
from apps.common.form_errors import show_error
from apps.placements.configuration import ConfigField
from apps.placements.kinds import kind_of, list_offered
from apps.placements.own_documents import DOCUMENTS_FIELDS, has_own_documents
from apps.platform.models import DatabaseType, Store
from apps.tenancy.aliases import MAIN
from apps.tenancy.clusters import list_clusters

HINTS: Final = {
    DatabaseType.POSTGRESQL: _(
        "Version 14 or newer, an empty database, a user who may create a schema in it."
    ),
    DatabaseType.SUPABASE: _(
        "Either a project you have, by its connection string, or a new one: "
        "an access token, an organization and a region."
    ),
    DatabaseType.MYSQL: _("MariaDB 10.6 or MySQL 8, an empty database of the store's own."),
}


def field_name(kind: str, name: str) -> str:
    """The form's name of one value of one kind; letters, digits and hyphens only."""
    return f"{kind}-{name}"


def config_fields(kind: str) -> dict[str, forms.Field]:
    """The fields of one kind, by the form's names. Secrets are typed in and never shown again."""
    return {field_name(kind, field.name): _form_field(field) for field in kind_of(kind).fields}


def _form_field(field: ConfigField) -> forms.Field:
    common: dict[str, Any] = {"label": field.label, "help_text": field.help, "required": False}
    if field.choices:
        choices = [("", "encrypted, verified if there is a certificate")]
        choices += [(choice, choice) for choice in field.choices]
        return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget, **common)
    if field.secret:
        secret = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})
        return RawField(widget=secret, strip=False, **common)
    if field.multiline:
        return RawField(widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}), **common)
    plain = UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", "spellcheck": "false"})
    return RawField(widget=plain, **common)


def config_of(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values for the chosen kind."""
    named = {field.name: values.get(field_name(kind, field.name)) for field in kind_of(kind).fields}
    named |= {field.name: values.get(field.name) for field in DOCUMENTS_FIELDS}
    return {name: value for name, value in named.items() if value}


def put_errors(form: forms.BaseForm, kind: str, error: DomainError) -> None:
    """A service's field errors beside the fields they are of; the rest on top."""

    def places(path: str) -> Iterable[str]:
        plain = path.removeprefix("config.")
        return field_name(kind, plain), plain, path

    show_error(form, error, places=places)


def wrong_values(kind: str, error: DomainError) -> list[tuple[str, str]]:
    """The errors by the visible labels of the fields."""
    fields = (
        {field.name: str(field.label) for field in kind_of(kind).fields}
        if kind in OWN_KINDS
        else {}
    )
    fields |= {field.name: str(field.label) for field in DOCUMENTS_FIELDS}
    named = [
        (fields.get(path.removeprefix("config."), ""), " ".join(texts))
        for path, texts in error.fields.items()
    ]
    return named or [("", str(error))]


class PlacementFields(forms.Form):
    """Part of the form that opens a store. It has the fields of every kind; the page shows those of the chosen kind."""

    database_type = forms.ChoiceField(
        label=_("Database"),
        choices=lambda: [(kind, _label(kind)) for kind in list_offered()],
        initial=DatabaseType.SHARED,
        required=False,
        widget=UnfoldAdminSelectWidget(attrs={"data-placement": "true"}),
    )
    region = forms.ChoiceField(
        label=_("Cluster"),
        choices=lambda: [(name, name) for name in list_clusters()],
        initial=MAIN,
        required=False,
        help_text=_("Which of the platform's shared clusters."),
        widget=UnfoldAdminSelectWidget,
    )


def _label(kind: str) -> str:
    text = str(DatabaseType(kind).label)
    return text[0].upper() + text[1:]


OWN_KINDS: Final = tuple(kind for kind in list_offered() if kind_of(kind).fields)
for _kind in OWN_KINDS:
    PlacementFields.declared_fields.update(config_fields(_kind))
DOCUMENTS_FORM: Final = {field.name: _form_field(field) for field in DOCUMENTS_FIELDS}
PlacementFields.declared_fields.update(DOCUMENTS_FORM)
CONFIG_NAMES: Final = frozenset(
    [*DOCUMENTS_FORM, *(name for kind in OWN_KINDS for name in config_fields(kind))]
)


def placement_fieldsets() -> tuple[Any, ...]:
    """For the admin: the choice, then a group per kind."""
    first: list[str] = (
        ["database_type", "region"] if len(list_clusters()) > 1 else ["database_type"]
    )
    groups: list[tuple[Any, dict[str, Any]]] = [(_("Where its data lives"), {"fields": first})]
    for kind in OWN_KINDS:
        options = {
            "fields": list(config_fields(kind)),
            # the admin's theme shows any class with "tab" in it as a tab
            "classes": ["placement-fields", f"placement-fields--{kind.partition('-')[0]}"],
            "description": HINTS.get(DatabaseType(kind), ""),
        }
        groups.append((_label(kind), options))
    description = gettext(
        "Products, categories and carts. Empty: the platform's own MongoDB, or the region's."
    )
    options = {"fields": list(DOCUMENTS_FORM), "description": description, "classes": ["collapse"]}
    groups.append((_("A MongoDB of the store's own"), options))
    return tuple(groups)


class ConnectionForm(forms.Form):
    """The connection of a store whose opening stopped, to be typed in again."""

    def __init__(self, *args: Any, store: Store, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = store.database_type
        self.fields.update(config_fields(self.kind) if self.kind in OWN_KINDS else {})
        if has_own_documents(store):
            self.fields.update({field.name: _form_field(field) for field in DOCUMENTS_FIELDS})

    @property
    def config(self) -> dict[str, Any]:
        return config_of(self.kind, self.cleaned_data)
