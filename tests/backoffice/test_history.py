"""The audit log in words that staff know."""

from dataclasses import replace
from typing import Any

import pytest

from apps.backoffice.history import Change, changes_of
from apps.catalog import services as catalog
from apps.catalog.inputs import CategoryInput, ProductInput
from apps.events.models import AuditEntry
from apps.tenancy.context import use_store
from tests.checkout.shop import make_goods
from tests.support.acting import STAFF

pytestmark = pytest.mark.django_db


def newest_changes(action: str) -> list[Change]:
    entry = AuditEntry.objects.filter(action=action).latest("id")
    return changes_of(entry)


def test_categories_are_named_in_the_log_of_products_and_categories(store: Any) -> None:
    with use_store(store, actor=STAFF):
        tea, green = (
            catalog.create_category(data=CategoryInput(name=name)) for name in ("Tea", "Green")
        )
        product = make_goods().product
        data = replace(ProductInput.of(product), category_ids=[tea.pk, green.pk])
        catalog.save_product(data=data, product=product)

        assert newest_changes("product.changed") == [Change("Categories", "", "Tea, Green")]

        catalog.update_category(category=green, data=CategoryInput(name="Green", parent_id=tea.pk))

        assert Change("Below", "", "Tea") in newest_changes("category.changed")

        catalog.delete_category(category=green)

        assert Change("Categories", "", "Tea, a deleted category") in newest_changes(
            "product.changed"
        )
