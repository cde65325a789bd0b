from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """The catalog of a store: categories, products, variants, prices and images, as documents."""

    name = "apps.catalog"
    label = "catalog"
    verbose_name = "Catalog"
    default_auto_field = "django_mongodb_backend.fields.ObjectIdAutoField"
