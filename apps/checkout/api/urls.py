"""`orders` (list and placing) and `checkout/options`"""

from django.urls import path

from apps.checkout.api import views

urlpatterns = [
    path("checkout/options", views.CheckoutOptionsView.as_view(), name="checkout-options"),
    path("orders", views.OrdersView.as_view(), name="orders"),
]
