"""The forms with which staff edit the catalog. Plain Django forms with Unfold's looks; they write by the services."""

from apps.catalog.forms.categories import CategoryForm
from apps.catalog.forms.products import ProductForm
from apps.catalog.forms.variants import VariantsField, VariantsWidget, VariantTable

__all__ = ["CategoryForm", "ProductForm", "VariantTable", "VariantsField", "VariantsWidget"]
