"""Is this a product we can sell? Every value is looked at, every fault gets a path and a sentence."""

from apps.catalog.checking.products import CheckedProduct, check_product, skus_of_others

__all__ = ["CheckedProduct", "check_product", "skus_of_others"]
