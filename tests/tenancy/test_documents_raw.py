"""PyMongo's verbs through `scoped_collection`, `get_collection` and `database`: confined, or refused."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.test.utils import CaptureQueriesContext
from pymongo import DeleteMany, DeleteOne, InsertOne, ReplaceOne, UpdateMany, UpdateOne

from apps.tenancy.context import NoActiveStore, WrongStore, use_store
from apps.tenancy.documents.access import ScopedCollection, scoped_collection
from apps.tenancy.documents.errors import UnscopedAccess
from apps.tenancy.documents.scope import across_stores, document_key_of
from tests.support.documents import documents
from tests.tenancy.sample.documents import Part, Shelf, Thing

pytestmark = pytest.mark.django_db


@pytest.fixture
def things(store: Any, other_store: Any) -> Iterator[ScopedCollection[Thing]]:
    with use_store(other_store):
        Thing.objects.create(slug="tea", title="Theirs", shelf=Shelf.objects.create(name="theirs"))
    with use_store(store):
        Thing.objects.create(slug="tea", title="Mine", shelf=Shelf.objects.create(name="mine"))
        yield scoped_collection(Thing)


Things = ScopedCollection[Thing]
READS: dict[str, tuple[Callable[[Things], Any], Any]] = {
    "find": (lambda c: [one["title"] for one in c.find({})], ["Mine"]),
    "find_one": (lambda c: c.find_one({"title": "Theirs"}), None),
    "find or": (lambda c: list(c.find({"$or": [{"title": "Theirs"}, {"slug": "no"}]})), []),
    "count_documents": (lambda c: c.count_documents({"slug": "tea"}), 1),
    "distinct": (lambda c: c.distinct("title"), ["Mine"]),
    "aggregate": (
        lambda c: list(c.aggregate([{"$group": {"_id": "$slug", "n": {"$sum": 1}}}])),
        [{"_id": "tea", "n": 1}],
    ),
    "lookup": (
        lambda c: [
            one["x"]["name"]
            for one in c.aggregate(
                [
                    {"$lookup": {"from": "sample_shelf", "pipeline": [], "as": "x"}},
                    {"$unwind": "$x"},
                ]
            )
        ],
        ["mine"],
    ),
    "union": (
        lambda c: [
            one.get("title") or one["name"] for one in c.aggregate([{"$unionWith": "sample_shelf"}])
        ],
        ["Mine", "mine"],
    ),
    "facet": (
        lambda c: list(c.aggregate([{"$facet": {"all": [{"$count": "n"}]}}])),
        [{"all": [{"n": 1}]}],
    ),
}


@pytest.mark.parametrize("verb", READS)
def test_raw_reading_stays_in_the_store(things: Things, verb: str) -> None:
    read, expected = READS[verb]
    assert read(things) == expected


NEW = {"slug": "new", "title": "New"}
WRITES: dict[str, tuple[Callable[[Things], Any], list[str]]] = {
    "insert_one": (lambda c: c.insert_one({**NEW}), ["Mine", "New"]),
    "insert_many": (lambda c: c.insert_many([{**NEW}]), ["Mine", "New"]),
    "update_one": (lambda c: c.update_one({"slug": "tea"}, {"$set": {"title": "X"}}), ["X"]),
    "update_many": (lambda c: c.update_many({}, {"$set": {"title": "X"}}), ["X"]),
    "update by pipeline": (lambda c: c.update_many({}, [{"$set": {"title": "X"}}]), ["X"]),
    "reshape by pipeline": (
        lambda c: c.update_many({}, [{"$replaceWith": {"slug": "tea", "title": "X"}}]),
        ["X"],
    ),
    "upsert": (
        lambda c: c.update_one({"slug": "new"}, {"$set": {"title": "New"}}, upsert=True),
        ["Mine", "New"],
    ),
    "find_one_and_update": (
        lambda c: c.find_one_and_update({"title": "Theirs"}, {"$set": {"title": "X"}}),
        ["Mine"],
    ),
    "replace_one": (lambda c: c.replace_one({"slug": "tea"}, {**NEW}), ["New"]),
    "delete_one": (lambda c: c.delete_one({"title": "Theirs"}), ["Mine"]),
    "delete_many": (lambda c: c.delete_many({}), []),
    "find_one_and_delete": (lambda c: c.find_one_and_delete({"slug": "tea"}), []),
    "bulk_write": (
        lambda c: c.bulk_write(
            [
                InsertOne({**NEW}),
                UpdateOne({"slug": "new"}, {"$set": {"title": "Newer"}}),
                UpdateMany({"title": "Theirs"}, {"$set": {"title": "X"}}),
                UpdateOne({"slug": "more"}, {"$set": {"title": "More"}}, upsert=True),
                ReplaceOne({"slug": "more"}, {"slug": "more", "title": "Replaced"}),
                DeleteOne({"title": "Theirs"}),
                DeleteMany({"title": "Theirs"}),
            ]
        ),
        ["Mine", "Newer", "Replaced"],
    ),
}


@pytest.mark.parametrize("verb", WRITES)
def test_raw_writing_stays_in_the_store(
    things: Things, store: Any, other_store: Any, verb: str
) -> None:
    write, titles = WRITES[verb]
    write(things)
    assert sorted(Thing.objects.values_list("title", flat=True)) == titles
    with use_store(other_store):
        assert list(Thing.objects.values_list("title", flat=True)) == ["Theirs"]
    stored = documents().unscoped_collection("sample_thing").find()
    stores = {one.get("store") for one in stored}
    assert stores <= {document_key_of(store.id), document_key_of(other_store.id)}


FOREIGN: dict[str, Callable[[Things, str], Any]] = {
    "insert_one": lambda c, s: c.insert_one({**NEW, "store": s}),
    "insert_many": lambda c, s: c.insert_many([{**NEW}, {"slug": "more", "store": s}]),
    "update": lambda c, s: c.update_one({}, {"$set": {"store": s}}),
    "replace": lambda c, s: c.replace_one({}, {**NEW, "store": s}),
    "bulk insert": lambda c, s: c.bulk_write([InsertOne({**NEW}), InsertOne({"store": s})]),
    "bulk update": lambda c, s: c.bulk_write([UpdateOne({}, {"$set": {"store": s}})]),
    "bulk replace": lambda c, s: c.bulk_write([ReplaceOne({}, {"store": s})]),
}


@pytest.mark.parametrize("verb", FOREIGN)
def test_raw_writing_into_another_store_raises_and_changes_nothing(
    things: Things, other_store: Any, verb: str
) -> None:
    before = sorted(map(str, documents().unscoped_collection("sample_thing").find()))
    with pytest.raises(WrongStore):
        FOREIGN[verb](things, document_key_of(other_store.id))
    after = sorted(map(str, documents().unscoped_collection("sample_thing").find()))
    assert after == before


REFUSED: dict[str, Callable[[Any], Any]] = {
    "drop": lambda c: c.drop(),
    "rename": lambda c: c.rename("other"),
    "watch": lambda c: c.watch(),
    "estimated_document_count": lambda c: c.estimated_document_count(),
    "drop_index": lambda c: c.drop_index("sample_thing_slug"),
    "create_index": lambda c: c.create_index("title"),
    "database": lambda c: c.database,
    "out": lambda c: c.aggregate([{"$out": "elsewhere"}]),
    "merge": lambda c: c.aggregate([{"$merge": "elsewhere"}]),
}


@pytest.mark.parametrize("verb", REFUSED)
def test_verbs_that_can_not_be_confined_are_refused(things: Things, verb: str) -> None:
    with pytest.raises(UnscopedAccess):
        REFUSED[verb](things)


def test_the_connection_hands_out_only_guarded_collections(things: Things) -> None:
    connection = documents()
    for collection in (
        connection.get_collection("sample_thing"),
        connection.database["sample_thing"],
        connection.database.get_collection("sample_thing"),
        connection.get_database()["sample_thing"],
        connection.get_collection("sample_thing").with_options(),
    ):
        assert collection.count_documents({}) == 1
    for command in ("count", "drop", "dropDatabase", "find"):
        with pytest.raises(UnscopedAccess):
            connection.database.command(command, "sample_thing")
    with pytest.raises(UnscopedAccess):
        connection.database.drop_collection("sample_thing")
    assert connection.database.command("ping")["ok"] == 1


def test_explain_is_confined(things: Things, store: Any) -> None:
    assert document_key_of(store.id) in Thing.objects.filter(slug="tea").explain()


def test_without_a_store_the_collection_answers_nothing(db: None) -> None:
    things = scoped_collection(Thing)
    for read in (
        lambda: things.find({}),
        lambda: things.find_one({}),
        lambda: things.count_documents({}),
        lambda: things.aggregate([]),
        lambda: things.insert_one({}),
        lambda: things.update_many({}, {"$set": {"title": "X"}}),
        lambda: things.delete_many({}),
        lambda: things.bulk_write([InsertOne({})]),
    ):
        with pytest.raises(NoActiveStore):
            read()


def test_reports_read_all_stores_but_write_nothing(store: Any, other_store: Any) -> None:
    for active in (store, other_store):
        with use_store(active):
            Thing.objects.create(slug="tea", title=active.slug)
    keys = [document_key_of(store.id), document_key_of(other_store.id)]
    with across_stores():
        things = scoped_collection(Thing)
        counted = things.aggregate(
            [{"$match": {"store": {"$in": keys}}}, {"$group": {"_id": "$store", "n": {"$sum": 1}}}]
        )
        assert {one["_id"]: one["n"] for one in counted} == dict.fromkeys(keys, 1)
        with pytest.raises(UnscopedAccess):
            things.delete_many({})
        with pytest.raises(UnscopedAccess):
            things.aggregate([{"$out": "elsewhere"}])


def test_values_and_instances_are_converted_by_the_model(things: Things) -> None:
    part = Part(sku="p-1", price=Decimal("9.99"))
    pushed = things.find_one_and_update(
        things.values(slug="tea"), {"$push": {"parts": things.embedded(part)}}, return_document=True
    )
    assert pushed is not None
    thing = things.load(pushed)
    assert [(one.sku, one.price) for one in thing.parts] == [("p-1", Decimal("9.99"))]
    found = things.find_one({"slug": "tea"}, {"title": 1})
    assert found is not None
    partial = things.load(found)
    assert partial.get_deferred_fields() >= {"slug", "price", "store"}
    assert (partial.title, partial.slug) == ("Mine", "tea")


def test_raw_verbs_are_counted_as_queries(things: Things) -> None:
    with CaptureQueriesContext(connections["documents"]) as commands:
        things.find_one({})
        things.update_one({}, {"$set": {"title": "X"}})
        things.bulk_write([DeleteOne({})])
    assert len(commands) == 3


def test_a_server_that_is_down_is_an_operational_error(in_store: Any) -> None:
    from apps.tenancy.documents.base import DatabaseWrapper

    settings = {
        **connections["documents"].settings_dict,
        "HOST": "mongodb://127.0.0.1:9/?directConnection=true",
        "OPTIONS": {"serverSelectionTimeoutMS": 50},
    }
    connection = DatabaseWrapper(settings, alias="nowhere")
    with pytest.raises(OperationalError):
        connection.get_collection("sample_thing").find_one({})
    connection.close_pool()
