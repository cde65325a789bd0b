"""What a branch may publish of the store's looks."""

from apps.content.models import Theme
from apps.platform.branching.contents import Content, publishes

publishes(
    Content(
        model=Theme,
        name="theme",
        title=lambda row: "The store's look",
        keep=frozenset({"updated_at"}),
        changed_at="updated_at",
    )
)
