"""`inventory`"""

from django.urls import URLPattern, path

from apps.inventory.api import views


def inventory_urls(find_sku: views.FindSku) -> list[URLPattern]:
    return [path("inventory", views.StockView.as_view(find_sku=find_sku), name="inventory")]
