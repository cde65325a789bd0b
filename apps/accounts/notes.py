"""Notes of staff about buyers. Customers never see them."""

from typing import Annotated

from apps.accounts.models import CustomerNote
from apps.common.actor import Actor
from apps.common.typed_text import Block, Email, cleans_text
from apps.platform.auditing import note


@cleans_text
def add_note(
    *,
    email: Annotated[str, Email(254, required=True)],
    text: Annotated[str, Block(2000, required=True)],
    actor: Actor,
) -> CustomerNote:
    """Write a note about the buyer with this address, with or without an account.

    The audit log keeps that it was written, not what: a note is personal and can be deleted.
    """
    written = CustomerNote.objects.create(email=email, text=text, author=actor.label)
    note("customer_note.added", written)
    return written


def delete_note(*, written: CustomerNote) -> None:
    """Delete a note for good."""
    note("customer_note.deleted", written)
    written.delete()
