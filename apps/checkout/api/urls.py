"""`orders` (list and placing), `draft-orders`, `checkout/options`, and what addresses of a country look like."""

from django.urls import path

from apps.checkout.api import delivery, drafts, places, views

urlpatterns = [
    path("checkout/options", views.CheckoutOptionsView.as_view(), name="checkout-options"),
    path("checkout/delivery", delivery.DeliveryView.as_view(), name="checkout-delivery"),
    path("countries", places.CountryListView.as_view(), name="countries"),
    path("countries/<str:country>", places.CountryView.as_view(), name="country"),
    path("draft-orders", drafts.DraftListView.as_view(), name="draft-orders"),
    path("draft-orders/<uuid:draft_id>", drafts.DraftView.as_view(), name="draft-order"),
    path("orders", views.OrdersView.as_view(), name="orders"),
]
