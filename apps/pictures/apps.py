from django.apps import AppConfig


class PicturesConfig(AppConfig):
    """Uploaded pictures of every kind: read, made clean, and kept between two tries of a form."""

    name = "apps.pictures"
    label = "pictures"
