from django.apps import AppConfig


class CartsConfig(AppConfig):
    """Carts of visitors, one document per cart."""

    name = "apps.carts"
    label = "carts"
    verbose_name = "Carts"
    default_auto_field = "django_mongodb_backend.fields.ObjectIdAutoField"
