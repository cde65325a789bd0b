"""The catalog after a restore: the archive may be older than the rules of search, sorting and SKUs."""

from apps.catalog.derived import renew_products
from apps.catalog.documents import Product
from apps.operations.restore.reconciling import after_restore
from apps.tenancy.documents.access import scoped_collection


@after_restore
def renew_derived_texts(copied: bool) -> None:
    """What products repeat of their texts is worked out again; nothing is written where it is right."""
    renew_products(scoped_collection(Product))
