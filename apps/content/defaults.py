"""Defaults of a new store: a theme in plain colours, and drafts of the usual pages."""

from apps.common.html import clean_html
from apps.content.drafts import drafts_for
from apps.content.models import Page, Theme
from apps.platform.seeding import seeds
from apps.tenancy.context import ActiveStore


@seeds
def seed_store(store: ActiveStore) -> None:
    """Repeatable: existing rows keep the merchant's changes. A statement a table, two where pages are new."""
    Theme.objects.bulk_create([Theme(key="store")], ignore_conflicts=True)
    if Page.objects.exists():
        return  # pages that were deleted stay deleted
    Page.objects.bulk_create(
        [
            Page(
                title=draft.title,
                slug=draft.slug,
                purpose=draft.purpose,
                body=clean_html(draft.body),
                position=position,
            )
            for position, draft in enumerate(drafts_for(store.country))
        ],
        ignore_conflicts=True,
    )
