"""Pages of the built-in gateways, on the store's host."""

from django.urls import path

from apps.payments import stripe_page, views

app_name = "payments"
urlpatterns = [
    path("test/<uuid:payment_id>/", views.test_page, name="test_page"),
    path("stripe/<uuid:payment_id>/", stripe_page.show, name="stripe_page"),
    path("stripe/<uuid:payment_id>/return/", stripe_page.come_back, name="stripe_return"),
]
