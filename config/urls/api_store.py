"""The API of a store, under `/api/v1/` on the store's host."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
