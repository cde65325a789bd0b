"""The catalog after a restore: the archive may be older than the rules of sorting and SKUs, and than its own index."""

from apps.catalog.derived import renew_products
from apps.catalog.documents import Product
from apps.catalog.indexing import rebuild_index
from apps.operations.restore.reconciling import after_restore
from apps.search import services as search
from apps.tenancy.documents.access import scoped_collection


@after_restore
def renew_derived_texts(copied: bool) -> None:
    """What products repeat of their texts is worked out again, then the search index is rebuilt from them."""
    search.distrust_copies()
    renew_products(scoped_collection(Product))
    rebuild_index()
