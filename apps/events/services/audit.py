"""Writes audit entries (actor, action, before, after, origin) in the transaction of the change."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from apps.common.actor import Actor
from apps.common.origin import Door
from apps.events.models import AuditEntry
from apps.platform.auditing import Note

_LABEL = 200


def record_audit(
    *,
    actor: Actor,
    action: str,
    target: Model | str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    door: Door = Door.NONE,
    ip: str | None = None,
) -> AuditEntry:
    """Add an entry to the audit log of the active home. `action` is `noun.past_verb`; `target` a row or a word.

    `before` and `after` are JSON and hold only what changed; never a secret. Services do not call this: they note what
    they change (`apps.platform.auditing`).
    """
    entry = AuditEntry(
        actor_kind=actor.kind,
        actor_ref=actor.id,
        actor_label=actor.label[:_LABEL],
        action=action,
        before=dict(before) if before is not None else None,
        after=dict(after) if after is not None else None,
        door=door,
        ip=ip,
        **_describe(target),
    )
    entry.save(force_insert=True)
    return entry


def keep_note(note: Note) -> AuditEntry:
    """The entry of a note that a service has made."""
    return record_audit(
        actor=note.actor,
        action=note.action,
        target=note.target,
        before=note.before,
        after=note.after,
        door=note.origin.door,
        ip=note.origin.address,
    )


def _describe(target: Model | str) -> dict[str, str]:
    if isinstance(target, str):
        return {"target_type": "", "target_ref": target[:64], "target_label": target[:_LABEL]}
    concrete = target._meta.concrete_model or target._meta.model  # a customer is a user
    return {
        "target_type": concrete._meta.label_lower,
        "target_ref": str(target.pk),
        "target_label": str(getattr(target, "audit_label", target))[:_LABEL],
    }
