"""Publishing the catalog of a sandbox: products with prices and pictures, and the category tree."""

from apps.catalog.documents import Category, Product
from apps.catalog.indexing import kept_in_index
from apps.operations.sandboxes.publishable import Content, publishes

publishes(Content(Category, "category", title=lambda row: str(row["name"]), position=1))
publishes(
    Content(
        Product,
        "product",
        title=lambda row: str(row["title"]),
        keep=frozenset({"created_at", "updated_at", "version"}),
        changed_at="updated_at",
        version="version",
        position=2,
        around=kept_in_index,
    )
)
