"""Every text that comes in takes its normal form: fields of serializers and forms, parameters of services.

A new text field is a `LineField`, `BlockField`, `CodeField`, ...; a parameter of a service says by its type which kind of
text it is. What is no text of people stands in one of the lists below, with the reason.
"""

import importlib
import inspect
import pkgutil
import re
import typing
from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import BaseModelAdmin, InlineModelAdmin
from django.db import models
from django.test import RequestFactory
from rest_framework import serializers

import apps
from apps.backoffice.platform.placement_fields import CONFIG_NAMES
from apps.backoffice.sites import platform_admin, store_admin
from apps.common import fields as form_fields
from apps.common.api import fields as api_fields
from apps.common.api.serializers import StrictSerializer
from apps.common.typed_text import Kind, kinds_of

# Serializer fields that keep text as it comes.
RAW_API = {
    "CredentialsInput.password": "hashed as it is typed",
    "RegistrationInput.password": "hashed as it is typed",
    "RefreshInput.refresh": "a token of ours",
    "PageQuery.cursor": "a token of ours",
    "ProductInputSerializer.description": "HTML: `clean_html` in the catalog's checks",
}
# Form fields that keep text as it comes.
RAW_FORMS = {
    "repaired": "a body of another system, byte by byte",
    "password": "hashed as it is typed",
    "password1": "hashed as it is typed",
    "password2": "hashed as it is typed",
    "oldpassword": "compared with a hash",
    "request_key": "a token of ours, which comes back",
    "website": "a trap for programs: never stored",
    "description": "HTML of a product: `clean_html` in the catalog's checks",
    **dict.fromkeys(CONFIG_NAMES, "how to reach a database, for its own checks"),
}
# Fields that forms of ours have from Django's and allauth's.
INHERITED = {
    "username": "`normalize_email` in the form; hidden in the shop's",
    "login": "`normalize_email` in the adapter",
    "email": "`normalize_email` in the adapter",
    "old_password": "compared with a hash",
    "new_password1": "hashed as it is typed",
    "new_password2": "hashed as it is typed",
}
# Parameters of services that are `str` and no text of people.
NO_TEXT = {
    "fault": "a sentence of ours",
    "message_id": "the id of a row of ours",
    "subject": "a reference of another system, kept as it came",
    "action": "a word of ours: noun.past_verb",
    "currency": "a code of ISO 4217, from a list",
    "country": "a code of ISO 3166, from a list",
    "language": "a tag, from a list",
    "time_zone": "a name of the tz database, from a list",
    "region": "the name of a cluster, from a list",
    "database_type": "a choice",
    "environment": "a choice",
    "status": "a choice",
    "outcome": "a choice",
    "interval": "a choice",
    "provider": "a registered way of billing",
    "provider_code": "a registered way of billing",
    "page": "the id of a page of the provider, asked for there",
    "return_url": "an address of ours",
    "sentence": "a sentence of ours",
    "kind": "a word of ours",
    "topic": "a word of ours",
    "template": "a file of ours",
    "gateway_code": "a registered gateway",
    "name": "of a limit or a file of ours; names of people and stores are annotated",
    "key": "a key of ours",
    "scope": "a key of ours",
    "source": "a word of ours: where a person agreed",
    "mail": "a word of ours: the code of a mail",
    "request_key": "a key of ours",
    "code": "a word of ours",
    "reply_to": "checked as an address",
    "fingerprint": "a hash",
    "idempotency_key": "checked by its own pattern",
    "token": "a token of ours",
    "guest_token": "a token of ours",
    "customer_ref": "a reference between homes",
    "cart_ref": "a reference between homes",
    "draft_ref": "a reference between homes",
    "payment_ref": "a reference between homes",
    "variant_ref": "a reference between homes",
    "about": "what a mail is about: a word of ours and an id",
    "message_ref": "a reference between homes",
    "gateway_ref": "a reference of a provider",
    "cause": "a key of ours",
    "secret": "a code of ours",
    "last_four": "of a code of ours",
    "order_number": "made by us",
    "line_id": "an id",
    "image_id": "an id",
    "notice_id": "an id",
    "endpoint_id": "an id",
    "seen_prefix": "compared with one of ours",
    "shipment_number": "made by us",
    "ip": "an address of the network",
    "shop": "a folder of the demo",
    "only": "the slug of a shop of the demo",
    "alt": "`checked_alt` cleans it",
    "profile": "each by `PROFILE` in the service",
    "folder": "a name of ours in the storage",
    "file": "a name of ours in the storage",
    "return_number": "made by us",
    "password": "hashed as it is typed",
    "email": "`normalize_email` in the service",
    "to": "`clean_email` in the service",
}
# Services whose texts stand in a mapping or a dataclass; each cleans them field by field, and its tests say so.
INSIDE = re.compile(r"Mapping|Input|Details|dict\[")


def modules(part: str) -> Iterator[Any]:
    for found in pkgutil.walk_packages(apps.__path__, "apps."):
        if part in f"{found.name}." and ".migrations" not in found.name:
            yield importlib.import_module(found.name)


def inputs() -> list[type[StrictSerializer]]:
    """The serializers that read what clients send."""
    list(modules(".api."))
    found: list[type[StrictSerializer]] = []
    rest = [StrictSerializer]
    while rest:
        known: list[Any] = rest.pop().__subclasses__()
        found += known
        rest += known
    return sorted(
        {one for one in found if one.__module__.startswith("apps.")}, key=lambda one: one.__name__
    )


def leaves(field: serializers.Field) -> Iterator[serializers.Field]:
    child = getattr(field, "child", None)
    if child is not None:
        yield from leaves(child)
    elif not isinstance(field, serializers.BaseSerializer):
        yield field


def is_strict_pattern(field: serializers.RegexField) -> bool:
    """A pattern that only lets ASCII through is a normal form by itself."""
    (pattern,) = (v.regex.pattern for v in field.validators if hasattr(v, "regex"))
    return pattern.isascii() and not re.search(r"\\[wWsSD]|(?<!\\)\.", pattern)


def test_every_text_a_client_sends_takes_its_form() -> None:
    assert [wrong for serializer in inputs() for wrong in wrong_texts(serializer)] == []


def wrong_texts(serializer: type[StrictSerializer]) -> Iterator[str]:
    for name, field in serializer().fields.items():
        for leaf in leaves(field):
            where = f"{serializer.__name__}.{name}"
            if not isinstance(leaf, serializers.CharField) or leaf.read_only:
                continue
            is_raw = type(leaf) is api_fields.RawField and is_listed(serializer, name)
            is_pattern = isinstance(leaf, serializers.RegexField) and is_strict_pattern(leaf)
            if not (isinstance(leaf, api_fields.LineField) or is_raw or is_pattern):
                yield where


def is_listed(serializer: type, name: str) -> bool:
    return any(f"{one.__name__}.{name}" in RAW_API for one in serializer.__mro__)


def shop_forms() -> list[type[forms.BaseForm]]:
    """Forms of the shop and of the back office, but those Django's admin makes: they are asked below."""
    for part in (".storefront.", ".backoffice.", ".catalog.forms.", ".payments."):
        list(modules(part))
    found: list[type[forms.BaseForm]] = []
    rest: list[type] = [forms.BaseForm]
    while rest:
        known: list[Any] = rest.pop().__subclasses__()
        found += known
        rest += known
    return sorted(
        {one for one in found if one.__module__.startswith("apps.")},
        key=lambda one: f"{one.__module__}.{one.__name__}",
    )


def wrong_fields(fields: dict[str, forms.Field]) -> list[str]:
    return [name for name, field in fields.items() if not takes_form(name, field)]


def takes_form(name: str, field: forms.Field) -> bool:
    if not isinstance(field, forms.CharField) or isinstance(
        field, forms.JSONField | forms.UUIDField
    ):
        return True
    if isinstance(field, form_fields.LineField | form_fields.AmountField):
        return True
    if isinstance(field, forms.RegexField):
        return field.regex.pattern.isascii() and not re.search(r"\\w", field.regex.pattern)
    return type(field) is form_fields.RawField and name in RAW_FORMS


def test_every_text_field_of_a_form_takes_its_form() -> None:
    wrong = {name_of(form): wrong_texts_of_form(form) for form in shop_forms()}
    assert {form: fields for form, fields in wrong.items() if fields} == {}


def name_of(one: Any) -> str:
    return f"{one.__module__}.{one.__name__}"


def wrong_texts_of_form(form: Any) -> list[str]:
    """What a `ModelForm` has from its model is asked of the admin, which makes these fields."""
    is_of_a_model = issubclass(form, forms.ModelForm)
    fields = form.declared_fields if is_of_a_model else form.base_fields
    own = {name for one in form.__mro__ if is_ours(one) for name in vars(one)}
    inherited = INHERITED.keys() - own
    is_built_on_another = not all(map(is_ours, built_of(form)))
    if is_built_on_another:
        fields = {
            name: field
            for name, field in fields.items()
            if name not in inherited and name not in RAW_FORMS
        }
    return wrong_fields(fields)


def is_ours(form: type) -> bool:
    return form.__module__.startswith("apps.")


def built_of(form: type) -> list[type]:
    """The form and what it derives from, down to Django's bare ones."""
    bare = (forms.Form, forms.ModelForm)
    return [
        one
        for one in form.__mro__
        if issubclass(one, forms.BaseForm) and not any(issubclass(b, one) for b in bare)
    ]


def admin_classes() -> list[ModelAdmin]:
    return [*store_admin._registry.values(), *platform_admin._registry.values()]


def test_every_text_column_typed_in_the_admin_takes_its_form(in_store: Any) -> None:
    assert [wrong for admin in admin_classes() for wrong in wrong_columns(admin)] == []


def wrong_columns(admin: ModelAdmin) -> Iterator[str]:
    """Each column as the admin would show it in a form, read-only in this one or not."""
    request = RequestFactory().get("/admin/")
    inlines = [cls(admin.model, admin.admin_site) for cls in admin.inlines]
    for one in (admin, *inlines):
        if is_read_only(one):
            continue
        for column in one.model._meta.get_fields():
            if not is_shown(one, column.name):
                continue
            if isinstance(column, models.CharField | models.TextField) and column.editable:
                shown = one.formfield_for_dbfield(column, request)
                if shown is not None and not takes_form(column.name, shown):
                    yield f"{one}.{column.name}"


def is_shown(admin: BaseModelAdmin, name: str) -> bool:
    """An inline names its fields; an admin class may show more in a form of its own."""
    if not isinstance(admin, InlineModelAdmin):
        return True
    return name not in admin.readonly_fields and (admin.fields is None or name in admin.fields)


def is_read_only(admin: BaseModelAdmin) -> bool:
    """Nobody adds or changes anything there: the class says so itself."""
    request = RequestFactory().get("/admin/")
    request.user = Everything()  # type: ignore[assignment]
    allowed: tuple[Callable[..., bool], ...] = (
        admin.has_add_permission,
        admin.has_change_permission,
    )
    return not any(
        may(request, None) if "obj" in inspect.signature(may).parameters else may(request)
        for may in allowed
    )


class Everything:
    is_active = is_staff = is_superuser = is_authenticated = True

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return True


def services() -> list[Callable[..., Any]]:
    found: dict[str, Callable[..., Any]] = {}
    for module in modules(".services."):
        for name, function in vars(module).items():
            is_ours = getattr(function, "__module__", "").startswith("apps.") and callable(function)
            if name.startswith("_") or not is_ours or inspect.isclass(function):
                continue
            if ".services" in function.__module__ and inspect.isfunction(inspect.unwrap(function)):
                found[f"{function.__module__}.{function.__name__}"] = function
    return [found[name] for name in sorted(found)]


def test_every_text_of_a_service_says_what_it_is() -> None:
    faults = {name_of(service): faults_of_texts(service) for service in services()}
    assert {service: found for service, found in faults.items() if found} == {}


def faults_of_texts(service: Callable[..., Any]) -> list[str]:
    plain = typing.get_type_hints(inspect.unwrap(service))
    kinds = kinds_of(inspect.unwrap(service))
    parameters = inspect.signature(inspect.unwrap(service)).parameters
    texts = [
        name
        for name, hint in plain.items()
        if name in parameters and hint in (str, str | None, typing.Optional[str])  # noqa: UP045
    ]
    faults = [name for name in texts if name not in kinds and name not in NO_TEXT]
    if kinds and not getattr(service, "cleans_text", False):
        faults.append("decorate it with @cleans_text")
    return [*faults, *(name for name, kind in kinds.items() if not isinstance(kind, Kind))]


def test_the_lists_of_exceptions_have_nothing_too_much() -> None:
    named = {
        f"{one.__name__}.{name}"
        for one in inputs()
        for name, field in one().fields.items()
        if type(field) is api_fields.RawField
    }
    assert RAW_API.keys() <= named
    parameters = {
        name for one in services() for name in inspect.signature(inspect.unwrap(one)).parameters
    }
    assert NO_TEXT.keys() <= parameters
