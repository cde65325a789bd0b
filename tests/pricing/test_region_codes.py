"""The migrations that write regions as codes, on rows that were written before."""

from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from apps.accounts import services as accounts
from apps.accounts.models import Address
from apps.pricing.models import TaxRate, TaxSettings

pytestmark = pytest.mark.usefixtures("in_store")


def run(module: str) -> None:
    for operation in import_module(module).Migration.operations:
        with connection.cursor() as cursor:
            for statement in operation.sql:
                cursor.execute(statement)


def make_rate(country: str, region: str, tax_class: str = "standard") -> Any:
    return TaxRate.objects.create(
        country=country, region=region, tax_class=tax_class, percent=1, name="T"
    )


def test_taxes_are_kept_by_code_and_nothing_is_lost() -> None:
    TaxSettings.objects.all().delete()
    TaxRate.objects.all().delete()
    TaxSettings.objects.create(key="store", origin_country="IN", origin_region="KARNATAKA")
    for country, region in [
        ("IN", "Orissa"),
        ("US", "us-ca"),
        ("JP", "東京都"),
        ("DE", "Bayern"),
        ("IN", "Karnatka"),
    ]:
        make_rate(country, region)
    make_rate("IN", "Kerala", "books")
    make_rate("IN", "KL", "books")

    for _ in range(2):
        run("apps.pricing.migrations.0002_region_codes")
        assert TaxSettings.objects.get().origin_region == "KA"
        assert set(TaxRate.objects.values_list("country", "region", "tax_class")) == {
            ("IN", "OD", "standard"), ("US", "CA", "standard"), ("JP", "13", "standard"), ("DE", "Bayern", "standard"),
            ("IN", "Karnatka", "standard"), ("IN", "Kerala", "books"), ("IN", "KL", "books"),
        }  # fmt: skip


def test_saved_addresses_are_kept_by_code() -> None:
    user = accounts.create_user(email="a@example.com", password="correct horse battery")
    for region in ("Karnataka", "ka", "29", "Somewhere", ""):
        Address.objects.create(
            user=user, name="A", line1="1 Road", city="B", region=region, country="IN"
        )

    run("apps.accounts.migrations.0003_region_codes")

    assert sorted(user.addresses.values_list("region", flat=True)) == [
        "",
        "KA",
        "KA",
        "KA",
        "Somewhere",
    ]
