"""Pages of the built-in gateways, on the store's host."""

from django.urls import path

from apps.payments import paypal_page, razorpay_page, stripe_page, views

app_name = "payments"
urlpatterns = [
    path("test/<uuid:payment_id>/", views.test_page, name="test_page"),
    path("stripe/<uuid:payment_id>/", stripe_page.show, name="stripe_page"),
    path("stripe/<uuid:payment_id>/return/", stripe_page.come_back, name="stripe_return"),
    path("paypal/<uuid:payment_id>/return/", paypal_page.come_back, name="paypal_return"),
    path("paypal/<uuid:payment_id>/cancelled/", paypal_page.cancelled, name="paypal_cancelled"),
    path("razorpay/<uuid:payment_id>/", razorpay_page.show, name="razorpay_page"),
    path("razorpay/<uuid:payment_id>/return/", razorpay_page.come_back, name="razorpay_return"),
]
