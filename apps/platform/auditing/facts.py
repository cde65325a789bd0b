"""The values of a row or a document as the audit log keeps them: flat, short, without secrets and personal data.

A fact's name is a path (`variants.CH-1.prices.INR.amount`). Values that must not be kept are compared and left out: the
log says that they changed, without the values. A model names further fields of that kind in `audit_hides`, and in
`audit_rows` the rows that are edited as a part of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from bson import ObjectId
from django.db.models import Field, ForeignKey, Model
from django.db.models.fields.files import FieldFile

from apps.common.money import money_json
from apps.platform.crypto import EncryptedJSONField, Sealed

MOST_CHARACTERS: Final = 300
MOST_FACTS: Final = 100
HIDDEN: Final = "hidden"
REST: Final = "..."  # the name for the number of omitted facts

_SECRET: Final = frozenset({"password", "token", "access_token", "secret", "config"})
_PERSONAL: Final = frozenset({"email", "phone", "first_name", "last_name", "full_name"})
# Fields that every change updates.
_FOLLOWS: Final = frozenset({"id", "store", "version", "created_at", "updated_at", "last_login"})
_KEYS: Final = ("sku", "currency", "name", "id")

Facts = dict[str, Any]


@dataclass(frozen=True)
class _Hidden:
    """A value that is compared but not written."""

    value: Any


def facts_of(row: Model) -> Facts:
    """Every field that a person can change, by name, without empty fields. Reads related rows that are not loaded."""
    return {name: value for name, value in _walk(row, "", hides=False) if value not in (None, "")}


def changed_facts(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Facts, Facts]:
    """The changed facts before and after, ready to be stored as JSON."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return _shown(before, names), _shown(after, names)


def shown(facts: Mapping[str, Any]) -> Facts:
    """All of them, ready to be stored as JSON."""
    return _shown(facts, list(facts))


def _shown(facts: Mapping[str, Any], names: list[str]) -> Facts:
    kept = names[:MOST_FACTS]
    found = {name: _plain(facts[name]) for name in kept if name in facts}
    if len(names) > MOST_FACTS:
        found[REST] = len(names) - MOST_FACTS
    return found


def _walk(row: Model, prefix: str, *, hides: bool) -> Iterator[tuple[str, Any]]:
    hidden = _SECRET | _PERSONAL | set(getattr(row._meta.model, "audit_hides", ()))
    for field in row._meta.concrete_fields:
        if field.name in _FOLLOWS or (not field.editable and not _is_recorded(field)):
            continue
        name, value = _named(row, field)
        yield from _spread(f"{prefix}{name}", value, hides=hides or field.name in hidden)
    if not row._state.adding:
        for name in getattr(row._meta.model, "audit_rows", ()):
            yield f"{prefix}{name}", [str(one) for one in getattr(row, name).all()]


def _is_recorded(field: Field[Any, Any]) -> bool:
    """Read-only fields are included if they are states, because staff want to see those."""
    return field.name in ("status", "state") or isinstance(field, EncryptedJSONField)


def _named(row: Model, field: Field[Any, Any]) -> tuple[str, Any]:
    if isinstance(field, ForeignKey):
        related = getattr(row, field.name)
        return field.name, None if related is None else str(related)
    value = getattr(row, field.attname)
    currency = getattr(row, "currency", "")
    if field.name.endswith("_minor") and value is not None and currency:
        amount = money_json(value, currency)
        return field.name.removesuffix("_minor"), f"{amount['amount']} {amount['currency']}"
    return field.name, value


def _spread(name: str, value: Any, *, hides: bool) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Model):
        yield from _walk(value, f"{name}.", hides=hides)
    elif isinstance(value, list) and value and isinstance(value[0], Model):
        for position, item in enumerate(value, start=1):
            yield from _spread(f"{name}.{_key_of(item) or position}", item, hides=hides)
    elif hides and value not in (None, ""):
        yield name, _Hidden(value)
    else:
        yield name, value.name if isinstance(value, FieldFile) else value


def _key_of(item: Model) -> str:
    return next((str(found) for key in _KEYS if (found := getattr(item, key, None))), "")


def _plain(value: Any) -> Any:
    if isinstance(value, (_Hidden, Sealed)):
        return HIDDEN
    if isinstance(value, (bool, int, float)) or value is None:
        return value
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(item) for item in list(value)[:MOST_FACTS]]
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, (UUID, ObjectId)):
        return str(value)
    return _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"
