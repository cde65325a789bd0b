"""Who did what, before and after, from where: written in the transaction of the change."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from apps.common.actor import Actor
from apps.events.models import AuditEntry

_LABEL = 200


def record_audit(
    *,
    actor: Actor,
    action: str,
    target: Model | str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    ip: str | None = None,
) -> AuditEntry:
    """Add an entry to the audit log of the active home. `action` is `noun.past_verb`; `target` a row or a word.

    `before` and `after` are JSON and hold only what changed; never a secret.
    """
    entry = AuditEntry(
        actor_kind=actor.kind,
        actor_ref=actor.id,
        actor_label=actor.label[:_LABEL],
        action=action,
        before=dict(before) if before is not None else None,
        after=dict(after) if after is not None else None,
        ip=ip,
        **_describe(target),
    )
    entry.save(force_insert=True)
    return entry


def _describe(target: Model | str) -> dict[str, str]:
    if isinstance(target, str):
        return {"target_type": "", "target_ref": target[:64], "target_label": target[:_LABEL]}
    return {
        "target_type": target._meta.label_lower,
        "target_ref": str(target.pk),
        "target_label": str(target)[:_LABEL],
    }
