"""Publishing the theme and pages of a sandbox."""

from apps.content.models import Page, Theme
from apps.operations.sandboxes.publishable import Content, publishes

publishes(
    Content(
        model=Theme,
        name="theme",
        title=lambda row: "The store's look",
        keep=frozenset({"updated_at"}),
        changed_at="updated_at",
    )
)
publishes(
    Content(
        model=Page,
        name="pages",
        title=lambda row: str(row["title"]),
        keep=frozenset({"updated_at"}),
        changed_at="updated_at",
    )
)
