from django.apps import AppConfig


class CheckoutConfig(AppConfig):
    """The whole purchase, readable in one function, and the sweeper that finishes or undoes it."""

    name = "apps.checkout"
    label = "checkout"
