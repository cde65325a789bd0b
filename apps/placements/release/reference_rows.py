"""Content types and permissions have the same ids in every store: Django remembers them once per process.

A recording copies them with the rest. Where real migrations run instead, they are written from here before Django's
own signal handlers would give them the next free numbers.
"""

from dataclasses import dataclass

import structlog
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from apps.placements.release import template

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ReferenceRows:
    """`(id, app label, model)` and `(id, content type, codename, name)`."""

    content_types: tuple[tuple[int, str, str], ...]
    permissions: tuple[tuple[int, int, str, str], ...]


def read_reference_rows() -> ReferenceRows:
    """Those of the template; it is built first where it does not fit the code."""
    reference = template.get_reference(template.ensure_template()) or {}
    return ReferenceRows(
        content_types=tuple((pk, app, model) for pk, app, model in reference["types"]),
        permissions=tuple(
            (pk, kind, codename, name) for pk, kind, codename, name in reference["permissions"]
        ),
    )


def write_reference_rows(known: ReferenceRows) -> None:
    """Add to the active store what it lacks. Repeatable. A row with another number stays as it is, with a warning:
    other rows point at it."""
    with transaction.atomic():
        types = _add_content_types(known)
        _add_permissions(known, types)


def _add_content_types(known: ReferenceRows) -> dict[int, int]:
    """The template's ids, and the ids of the same types here."""
    present = {
        (label, model): pk
        for pk, label, model in ContentType.objects.values_list("id", "app_label", "model")
    }
    taken = set(present.values())
    missing = [row for row in known.content_types if row[1:] not in present and row[0] not in taken]
    ContentType.objects.bulk_create(
        [ContentType(id=pk, app_label=label, model=model) for pk, label, model in missing]
    )
    present |= {(label, model): pk for pk, label, model in missing}
    for pk, label, model in known.content_types:
        if present.get((label, model)) != pk:
            log.warning("A content type has another id in this store.", type=f"{label}.{model}")
    return {
        pk: present[label, model]
        for pk, label, model in known.content_types
        if (label, model) in present
    }


def _add_permissions(known: ReferenceRows, types: dict[int, int]) -> None:
    rows = Permission.objects.values_list("id", "content_type_id", "codename")
    ids, present = set(), set()
    for pk, type_id, codename in rows:
        ids.add(pk)
        present.add((type_id, codename))
    Permission.objects.bulk_create(
        Permission(id=pk, content_type_id=types[type_id], codename=codename, name=name)
        for pk, type_id, codename, name in known.permissions
        if type_id in types and pk not in ids and (types[type_id], codename) not in present
    )
