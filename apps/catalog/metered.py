"""What happens to products, counted on the store's day."""

from apps.common.clock import today
from apps.platform import services as platform
from apps.tenancy.context import current_store


def count_created() -> None:
    platform.count_products(current_store().id, today(), created=1)


def count_updated(products: int = 1) -> None:
    if products:
        platform.count_products(current_store().id, today(), updated=products)


def count_deleted() -> None:
    platform.count_products(current_store().id, today(), deleted=1)
