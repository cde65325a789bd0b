"""The lock itself: what a filter, a pipeline, an update and a new document look like once confined to a store."""

from typing import Any

import pytest

from apps.tenancy.context import WrongStore
from apps.tenancy.documents.errors import UnscopedAccess
from apps.tenancy.documents.pipelines import (
    guard_update,
    scope_filter,
    scope_pipeline,
    scope_upsert,
    stamp,
)
from apps.tenancy.documents.query import flatten

MINE, THEIRS = "a" * 32, "b" * 32


@pytest.mark.parametrize(
    ("condition", "scoped"),
    [
        (None, {"store": MINE}),
        ({"slug": "tea"}, {"store": MINE, "slug": "tea"}),
        ({"slug": "tea", "_id": 1}, {"_id": 1, "store": MINE, "slug": "tea"}),
        ({"store": MINE}, {"store": MINE}),
        ({"store": THEIRS}, {"store": MINE, "$and": [{"store": THEIRS}]}),
        ({"store": {"$exists": True}}, {"store": MINE, "$and": [{"store": {"$exists": True}}]}),
        ({"$or": [{"store": THEIRS}]}, {"store": MINE, "$or": [{"store": THEIRS}]}),
    ],
)
def test_every_filter_holds_the_store(condition: Any, scoped: Any) -> None:
    assert list(scope_filter(condition, MINE).items()) == list(scoped.items())


def test_a_filter_is_not_changed_in_place() -> None:
    condition = {"slug": "tea"}
    scope_filter(condition, MINE)
    assert condition == {"slug": "tea"}


@pytest.mark.parametrize(
    ("nested", "flat"),
    [
        ({}, {}),
        ({"$and": [{"a": 1}, {"$and": [{"_id": 2}, {"b": 3}]}]}, {"_id": 2, "a": 1, "b": 3}),
        ({"$and": [{"a": {"$gte": 1}}, {"a": {"$lt": 5}}]}, {"a": {"$gte": 1, "$lt": 5}}),
        ({"$and": [{"a": 1}, {"a": 1}]}, {"a": 1}),
        ({"$and": [{"a": 1}, {"a": 2}]}, {"a": 1, "$and": [{"a": 2}]}),
        (
            {"$and": [{"a": {"$ne": 1}}, {"a": {"$ne": 2}}]},
            {"a": {"$ne": 1}, "$and": [{"a": {"$ne": 2}}]},
        ),
        (
            {"$and": [{"$or": [{"a": 1}]}, {"$or": [{"b": 1}]}]},
            {"$or": [{"a": 1}], "$and": [{"$or": [{"b": 1}]}]},
        ),
        (
            {"$and": [{"a": {"x": 1}}, {"a": {"$ne": 2}}]},
            {"a": {"x": 1}, "$and": [{"a": {"$ne": 2}}]},
        ),
    ],
)
def test_conditions_are_flattened_without_losing_one(nested: Any, flat: Any) -> None:
    assert list(flatten(nested).items()) == list(flat.items())


@pytest.mark.parametrize(
    ("pipeline", "scoped"),
    [
        ([], [{"$match": {"store": MINE}}]),
        ([{"$match": {"a": 1}}], [{"$match": {"store": MINE, "a": 1}}]),
        ([{"$limit": 1}], [{"$match": {"store": MINE}}, {"$limit": 1}]),
        ([{"$search": {}}], [{"$search": {}}, {"$match": {"store": MINE}}]),
        ([{"$geoNear": {"near": 1}}], [{"$geoNear": {"near": 1, "query": {"store": MINE}}}]),
        (
            [{"$facet": {"x": [{"$lookup": {"from": "c", "as": "c"}}]}}],
            [
                {"$match": {"store": MINE}},
                {
                    "$facet": {
                        "x": [
                            {
                                "$lookup": {
                                    "from": "c",
                                    "as": "c",
                                    "pipeline": [{"$match": {"store": MINE}}],
                                }
                            }
                        ]
                    }
                },
            ],
        ),
        (
            [{"$unionWith": "c"}],
            [
                {"$match": {"store": MINE}},
                {"$unionWith": {"coll": "c", "pipeline": [{"$match": {"store": MINE}}]}},
            ],
        ),
        (
            [{"$graphLookup": {"from": "c", "restrictSearchWithMatch": {"a": 1}}}],
            [
                {"$match": {"store": MINE}},
                {
                    "$graphLookup": {
                        "from": "c",
                        "restrictSearchWithMatch": {"store": MINE, "a": 1},
                    }
                },
            ],
        ),
    ],
)
def test_every_collection_in_a_pipeline_is_matched_first(pipeline: Any, scoped: Any) -> None:
    assert scope_pipeline(pipeline, MINE) == scoped


def test_joins_inside_joins_are_confined() -> None:
    inner = {"$lookup": {"from": "c", "as": "c"}}
    [_, outer] = scope_pipeline([{"$lookup": {"from": "b", "as": "b", "pipeline": [inner]}}], MINE)
    confined = outer["$lookup"]["pipeline"]
    assert confined[0] == {"$match": {"store": MINE}}
    assert confined[1]["$lookup"]["pipeline"] == [{"$match": {"store": MINE}}]


@pytest.mark.parametrize(
    "stage",
    [
        {"$out": "elsewhere"},
        {"$merge": {"into": "elsewhere"}},
        {"$collStats": {}},
        {"$indexStats": {}},
        {"$changeStream": {}},
        {"$searchMeta": {}},
        {"$documents": []},
        {"$somethingNew": {}},
        {"$lookup": {"as": "x", "pipeline": []}},
        {"$lookup": {"from": {"db": "other", "coll": "c"}, "as": "x"}},
        {"$unionWith": {"pipeline": []}},
        {"$graphLookup": {}},
        {"$facet": {"x": [{"$out": "elsewhere"}]}},
        {"$match": {}, "$out": "elsewhere"},
        {},
    ],
)
def test_stages_that_can_not_be_confined_are_refused(stage: Any) -> None:
    with pytest.raises(UnscopedAccess):
        scope_pipeline([{"$match": {}}, stage], MINE)


@pytest.mark.parametrize(
    "update",
    [
        {"$set": {"store": THEIRS}},
        {"$set": {"store.x": 1}},
        {"$unset": {"store": ""}},
        {"$rename": {"slug": "store"}},
        {"$rename": {"store": "slug"}},
        {"$setOnInsert": {"store": THEIRS}},
        {"$inc": {"store": 1}},
        [{"$set": {"store": THEIRS}}],
        [{"$set": {"store": "$slug"}}],
        [{"$addFields": {"store": {"$literal": THEIRS}}}],
        [{"$unset": "store"}],
        [{"$unset": ["slug", "store"]}],
    ],
)
def test_no_update_moves_a_document_to_another_store(update: Any) -> None:
    with pytest.raises(WrongStore):
        guard_update(update, MINE)


@pytest.mark.parametrize("update", [{"store": THEIRS}, {"slug": "x"}, [{"$lookup": {}}]])
def test_a_replacement_is_not_an_update(update: Any) -> None:
    with pytest.raises(UnscopedAccess):
        guard_update(update, MINE)


def test_a_reshaping_update_ends_with_the_store() -> None:
    shaped = guard_update([{"$replaceWith": {"slug": "x", "store": THEIRS}}], MINE)
    assert shaped[-1] == {"$set": {"store": {"$literal": MINE}}}  # type: ignore[index]


def test_an_upsert_makes_its_document_in_the_store() -> None:
    assert scope_upsert({"$set": {"a": 1}}, MINE) == {
        "$set": {"a": 1},
        "$setOnInsert": {"store": MINE},
    }


def test_new_documents_are_stamped_and_foreign_ones_refused() -> None:
    assert stamp({"slug": "x"}, MINE) == {"slug": "x", "store": MINE}
    with pytest.raises(WrongStore):
        stamp({"slug": "x", "store": THEIRS}, MINE)
    with pytest.raises(WrongStore):
        stamp({"slug": "x"}, None)
