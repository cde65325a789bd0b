"""Validation of products: every value is checked, every error has a path and a sentence."""

from apps.catalog.checking.products import CheckedProduct, check_product, skus_of_others

__all__ = ["CheckedProduct", "check_product", "skus_of_others"]
