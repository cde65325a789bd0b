"""Conditions as they leave: in a form that an index serves, and that means the same."""

from typing import Any

import pytest
from bson import Regex

from apps.tenancy.documents.query import flatten


@pytest.mark.parametrize("operator", ["$lt", "$lte", "$gt", "$gte"])
def test_a_range_implies_that_the_field_is_there(operator: str) -> None:
    asked = {"$and": [{"at": {operator: 3}}, {"at": {"$exists": True}}, {"at": {"$ne": None}}]}
    assert flatten(asked) == {"at": {operator: 3}}


def test_a_missing_or_null_field_equals_null() -> None:
    absent = {"$or": [{"parent": {"$exists": False}}, {"parent": None}]}
    assert flatten({"$and": [{"store": 1}, absent]}) == {"store": 1, "parent": None}


@pytest.mark.parametrize("value", ["a", 3])
def test_an_array_with_all_of_one_value_has_that_value(value: Any) -> None:
    assert flatten({"keys": {"$all": [value]}}) == {"keys": value}


@pytest.mark.parametrize(
    "condition",
    [
        {"keys": {"$all": ["a", "b"]}},
        {"keys": {"$all": [None]}},
        {"keys": {"$all": [["a"]]}},
        {"keys": {"$all": ["a"], "$ne": "b"}},
        {"$or": [{"a": {"$exists": False}}, {"b": None}]},
        {"$or": [{"a": {"$exists": True}}, {"a": None}]},
        {"$or": [{"a": {"$exists": False}}, {"a": None}, {"a": 1}]},
        {"at": {"$exists": True, "$ne": None}},
        {"at": {"$lt": None, "$ne": None}},
        {"at": {"$gt": [1], "$ne": None}},
        {"at": {"$gte": 1, "$exists": False}},
        {"at": {"$gte": 1, "$ne": 7}},
        {"at": None},
    ],
)
def test_everything_else_stays_as_it_was(condition: dict[str, Any]) -> None:
    assert flatten(condition) == condition


def test_patterns_on_one_field_stand_together() -> None:
    plain = {"$regex": "c", "$options": ""}
    asked = [{"text": {"$regex": "a"}}, {"text": {"$regex": "b", "$options": "i"}}, {"text": plain}]
    assert flatten({"$and": asked}) == {"text": {"$all": [Regex("a"), Regex("b", "i"), Regex("c")]}}


def test_what_clashes_otherwise_stays_nested() -> None:
    asked = {"$and": [{"version": 1}, {"version": 2}]}
    assert flatten(asked) == {"version": 1, "$and": [{"version": 2}]}
