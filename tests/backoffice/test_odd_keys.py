"""Pages of the admins with keys that are none: they lead back, and none fails."""

from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from apps.backoffice.sites import platform_admin, store_admin


def faults(client: Client, site: Any, urlconf: str) -> list[str]:
    client.raise_request_exception = False
    pages = [
        reverse(
            f"{site.name}:{model._meta.app_label}_{model._meta.model_name}_change",
            args=["not-a-key"],
            urlconf=urlconf,
        )
        for model in site._registry
    ]
    assert len(pages) > 5
    return [page for page in pages if client.get(page).status_code >= 500]


def test_a_key_that_is_none_leads_back_in_a_stores_admin(owner: Client) -> None:
    assert faults(owner, store_admin, settings.STORE_URLCONF) == []


def test_a_key_that_is_none_leads_back_on_the_platform(operator: Client, store: Any) -> None:
    assert faults(operator, platform_admin, settings.ROOT_URLCONF) == []
