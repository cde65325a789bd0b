"""The API of the platform, under `/api/v1/` on the platform's host."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
