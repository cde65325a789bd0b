"""Models of stores that MariaDB could not hold as they are meant are refused at start."""

from typing import Any

import pytest
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower
from django.test.utils import isolate_apps

from apps.tenancy.portability import check_portability, find_problems


def test_every_model_of_a_store_is_portable() -> None:
    assert check_portability(None) == []


@pytest.mark.parametrize(
    ("column", "meta", "says"),
    [
        (ArrayField(models.IntegerField()), {}, "a type of PostgreSQL"),
        (models.CharField(max_length=800, unique=True), {}, "3200 bytes"),
        (models.CharField(max_length=769), {"indexes": [models.Index(fields=["value"], name="i")]}, "3076 bytes"),
        (models.CharField(max_length=9), {"indexes": [models.Index(Lower("value"), name="i")]}, "an expression"),
        (models.JSONField(), {"indexes": [GinIndex(fields=["value"], name="i")]}, "an index of PostgreSQL"),
        (
            models.CharField(max_length=9),
            {"constraints": [models.UniqueConstraint(Lower("value"), name="u")]},
            "leave it out",
        ),
        (
            models.CharField(max_length=9),
            {"constraints": [models.UniqueConstraint(fields=["value"], name="u", deferrable=models.Deferrable.DEFERRED)]},
            "a time of checking",
        ),
        (
            models.CharField(max_length=9, null=True),
            {"constraints": [models.UniqueConstraint(fields=["value"], name="u", nulls_distinct=False)]},
            "a rule for NULLs",
        ),
    ],
)  # fmt: skip
def test_what_only_postgresql_has_is_refused(column: Any, meta: dict[str, Any], says: str) -> None:
    with isolate_apps("tests.tenancy.sample"):
        kind = type("Meta", (), {"app_label": "sample", **meta})
        names = {"__module__": __name__, "Meta": kind, "value": column}
        model = type("Unportable", (models.Model,), names)
    ((problem, hint),) = find_problems(model)
    assert says in problem
    assert hint


def test_a_condition_is_fine_as_our_backend_makes_it_hold() -> None:
    with isolate_apps("tests.tenancy.sample"):

        class Portable(models.Model):
            value = models.CharField(max_length=700)
            is_main = models.BooleanField()

            class Meta:
                app_label = "sample"
                constraints = [
                    models.UniqueConstraint(
                        fields=["value"], condition=models.Q(is_main=True), name="u"
                    )
                ]

    assert list(find_problems(Portable)) == []
