"""Pages of the built-in gateways, on the store's host."""

from django.urls import path

from apps.payments import views

app_name = "payments"
urlpatterns = [path("test/<uuid:payment_id>/", views.test_page, name="test_page")]
