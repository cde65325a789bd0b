"""`cart/...`"""

from django.urls import path

from apps.carts.api import views

urlpatterns = [
    path("cart", views.CartView.as_view(), name="cart"),
    path("cart/codes", views.CartCodesView.as_view(), name="cart-codes"),
    path("cart/codes/<str:code>", views.CartCodeView.as_view(), name="cart-code"),
    path("cart/items", views.CartItemsView.as_view(), name="cart-items"),
    path("cart/items/<str:line_id>", views.CartItemView.as_view(), name="cart-item"),
]
