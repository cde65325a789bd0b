"""The audit log as sentences: for one object on its page "History", and for all objects in the log's list."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.contrib.admin import AdminSite, ModelAdmin
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.db.models import Field, Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from moneyed import Money

from apps.backoffice.columns import exact_moment, moment
from apps.backoffice.names import action_name
from apps.catalog.selectors import list_category_nodes
from apps.common.money import format_money, from_minor
from apps.common.origin import Door
from apps.events.models import AuditEntry
from apps.fulfilment.states import ReturnKind
from apps.partners.scopes import scope_words
from apps.platform.auditing import HIDDEN, REST
from apps.tenancy.context import current_store_or_none

PER_PAGE: Final = 50
DOORS: Final = {
    Door.ADMIN: _("in the admin"),
    Door.API: _("by the API"),
    Door.PAGE: _("in the shop"),
    Door.COMMAND: _("on the command line"),
}
_AMOUNT: Final = re.compile(r"(-?\d+(?:\.\d+)?) ([A-Z]{3})")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{24}")
_CODES: Final = {"return_kind": ReturnKind.choices}
_CATEGORIES: Final = {"parent_id", "category_ids"}  # facts whose values are ids of categories
_NAMES: Final = {
    "is_active": _("Active"),
    "is_published": _("Published"),
    "is_staff": _("May open the admin"),
    "parent_id": _("Below"),
    "category_ids": _("Categories"),
    "percent": _("Percent"),
    "low_stock_at": _("Warn at"),
    "slug": _("Web address"),
    "logo": _("Logo"),
}


@dataclass(frozen=True)
class Change:
    """A value before and after; `was` is empty for a new value, `became` for a removed one."""

    name: str
    was: Any
    became: Any


def changes_of(entry: AuditEntry) -> list[Change]:
    """The changes of an entry, with labels that staff know. References of programs are left out."""
    before, after = entry.before or {}, entry.after or {}
    model = _model_of(entry)
    return [
        Change(fact_name(path, model), *(_shown(path, side, model) for side in (before, after)))
        for path in {**before, **after}
        if path in _CATEGORIES or not _is_reference(path, before, after)
    ]


def _is_reference(path: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return path.endswith("_ref") or _is_id(after.get(path)) or _is_id(before.get(path))


def door_words(entry: AuditEntry) -> str:
    return str(DOORS.get(Door(entry.door or ""), ""))


def target_url(site: AdminSite, request: HttpRequest, entry: AuditEntry) -> str:
    """The page of the changed object; empty without a page or without permission."""
    model = _model_of(entry)
    admin = site._registry.get(model) if model is not None else None
    if admin is None or entry.action.endswith(".deleted") or not admin.has_view_permission(request):
        return ""
    opts = admin.opts
    name = f"{site.name}:{opts.app_label}_{opts.model_name}_change"
    return reverse(name, args=[entry.target_ref])


def history_page(request: HttpRequest, admin: ModelAdmin[Any], row: Model) -> HttpResponse:
    kind = (row._meta.concrete_model or row._meta.model)._meta.label_lower
    found = AuditEntry.objects.filter(target_type=kind, target_ref=str(row.pk))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    opts = admin.opts
    change = f"{admin.admin_site.name}:{opts.app_label}_{opts.model_name}_change"
    context = {
        **admin.admin_site.each_context(request),
        "title": gettext("History of %(row)s") % {"row": row},
        "opts": opts,
        "row": row,
        "back": reverse(change, args=[row.pk]),
        "page": page,
        "entries": [_present(entry) for entry in page],
    }
    return TemplateResponse(request, "backoffice/history.html", context)


def _present(entry: AuditEntry) -> dict[str, Any]:
    return {
        "when": moment(entry.created_at),
        "who": entry.actor_label,
        "door": door_words(entry),
        "words": action_name(entry.action),
        "changes": changes_of(entry),
    }


def _model_of(entry: AuditEntry) -> type[Model] | None:
    try:
        return apps.get_model(entry.target_type)
    except (LookupError, ValueError):
        return None


def _field(path: str, model: type[Model] | None) -> Field[Any, Any] | None:
    try:
        found = model._meta.get_field(path) if model is not None else None
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, Field) else None


def fact_name(path: str, model: type[Model] | None) -> str:
    """`prices.INR.amount` is "Prices / INR / amount"."""
    if path == REST:
        return gettext("And more")
    first, *rest = path.split(".")
    field = _field(first, model) or _field(f"{first}_minor", model)
    label = _NAMES.get(first) or str(field.verbose_name if field is not None else first)
    words = [label, *rest]
    text = " / ".join(word.replace("_", " ").removesuffix(" minor") for word in words)
    return f"{text[:1].upper()}{text[1:]}"


def _shown(path: str, facts: Mapping[str, Any], model: type[Model] | None) -> Any:
    if path not in facts:
        return ""
    value = facts[path]
    if path in _CATEGORIES:
        return _category_names(value)
    field = _field(path, model)
    if path in _CODES:
        return dict(_CODES[path]).get(value, value)
    if field is not None and field.choices:
        return dict(field.flatchoices).get(value, value)
    if path.endswith("_minor") and isinstance(value, int):
        return _amount(value, str(facts.get("currency") or ""))
    return _words(value)


def _category_names(value: Any) -> str:
    """Of one id, or of a list of them; from the tree that is kept while the catalog does not change."""
    wanted = value if isinstance(value, list) else [value] if value else []
    if not wanted:
        return ""
    names = {str(node.id): node.name for node in list_category_nodes(include_inactive=True)}
    return ", ".join(names.get(str(one)) or gettext("a deleted category") for one in wanted)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _amount(minor: int, currency: str) -> str:
    """An amount in the smallest unit, of the store's currency where the entry names no other."""
    store = current_store_or_none()
    code = currency or (store.currency if store is not None else "")
    if not code:
        return str(minor)
    return format_money(from_minor(minor, code), store.language if store is not None else "en")


def _words(value: Any) -> Any:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value == HIDDEN:
        return "(not shown)"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_words(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(str(_words(item)) for item in value)
    if isinstance(value, str):
        return _text(value)
    return value


def _text(value: str) -> Any:
    amount = _AMOUNT.fullmatch(value)
    if amount is not None:
        store = current_store_or_none()
        language = store.language if store is not None else "en"
        return format_money(Money(amount[1], amount[2]), language)
    if _MOMENT.match(value):
        try:
            return exact_moment(datetime.fromisoformat(value))
        except ValueError:
            return value
    return scope_words(value) or value
