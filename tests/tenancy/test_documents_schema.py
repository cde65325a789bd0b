"""Collections, indexes, system checks and `manage.py migrate_documents`."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, models
from django.test.utils import isolate_apps
from django_mongodb_backend.fields import EmbeddedModelField
from django_mongodb_backend.models import EmbeddedModel

from apps.common.origin import from_command, use_origin
from apps.events.models import AuditEntry
from apps.tenancy.context import use_store
from apps.tenancy.documents.indexes import PathIndex
from apps.tenancy.documents.migrating import DocumentMigrations, list_document_apps
from apps.tenancy.documents.models import DevelopmentDocument, Document
from tests.support.documents import documents
from tests.tenancy.sample.documents import Shelf, Thing


def test_unique_constraints_are_ordinary_unique_indexes(db: None) -> None:
    indexes = documents().get_collection("sample_thing").index_information()
    slug = indexes["sample_thing_slug"]
    assert slug["unique"] is True
    assert list(slug["key"]) == [("store", 1), ("slug", 1)]
    assert "partialFilterExpression" not in slug


def test_what_may_be_missing_stays_out_of_a_unique_index(db: None) -> None:
    indexes = documents().get_collection("sample_thing").index_information()
    for name, column in (("sample_thing_barcode", "barcode"), ("sample_thing_codes", "codes")):
        assert dict(indexes[name]["partialFilterExpression"]) == {column: {"$gte": ""}}
    assert list(indexes["sample_thing_sku"]["key"]) == [("store", 1), ("parts.sku", 1)]
    assert list(indexes["sample_thing_price"]["key"]) == [("store", 1), ("price", -1)]


def test_every_index_of_every_collection_begins_with_the_store(db: None) -> None:
    for alias in ("documents", "documents_dev"):
        database = documents(alias).database
        for name in set(database.list_collection_names()) - {"django_migrations"}:
            for index, details in database[name].index_information().items():
                first, _ = next(iter(details["key"]))
                assert first == "store" or index == "_id_", f"{name}.{index}"


def test_collections_have_rows_only_in_their_own_database(db: None) -> None:
    names = documents("documents_dev").database.list_collection_names()
    assert "sample_thing" not in names
    assert "sample_part" not in documents().database.list_collection_names()


def test_migrating_again_does_nothing(db: None) -> None:
    assert DocumentMigrations("documents").pending == []
    output = StringIO()
    call_command("migrate_documents", stdout=output)
    assert output.getvalue().splitlines() == ["documents: up to date", "documents_dev: up to date"]


def test_only_apps_with_documents_are_migrated(db: None) -> None:
    labels = list_document_apps("documents")
    assert "sample" in labels
    assert not {"auth", "contenttypes", "orders"} & set(labels)
    recorded = documents().get_collection("django_migrations").distinct("app")
    assert set(recorded) <= set(labels)


@pytest.fixture
def unrecorded(db: None) -> Any:
    """The state after a run that was killed before its last step: collections exist, the record is missing."""
    recorder = documents().get_collection("django_migrations")
    gone = list(recorder.find({"app": "sample"}))
    recorder.delete_many({"app": "sample"})
    yield recorder
    recorder.delete_many({"app": "sample"})
    recorder.insert_many(gone)


def test_the_plan_names_what_is_missing_and_changes_nothing(unrecorded: Any) -> None:
    output = StringIO()
    call_command("migrate_documents", "--plan", "--database", "documents", stdout=output)
    assert output.getvalue().splitlines() == [
        "documents: 1 to apply",
        "  pending sample.0001_initial",
    ]
    assert unrecorded.count_documents({"app": "sample"}) == 0


def test_an_interrupted_run_is_resumed(unrecorded: Any) -> None:
    documents().unscoped_collection("sample_thing").drop_index("sample_thing_slug")
    with use_origin(lambda: from_command("migrate_documents")):
        call_command("migrate_documents", verbosity=0)
    assert AuditEntry.objects.filter(action="documents.migrated", door="command").exists()
    indexes = documents().get_collection("sample_thing").index_information()
    assert "sample_thing_slug" in indexes
    assert unrecorded.count_documents({"app": "sample"}) == 1


def test_a_migration_changes_the_documents_of_every_store(store: Any, other_store: Any) -> None:
    for active in (store, other_store):
        with use_store(active):
            Thing.objects.create(slug="tea", title="Tea")
    connection = documents()
    stored = connection.unscoped_collection("sample_thing")
    field = models.CharField(max_length=9, default="red")
    field.set_attributes_from_name("colour")
    with connection.schema_editor() as editor:
        editor.add_field(Thing, field)
        assert [one["colour"] for one in stored.find()] == ["red", "red"]
        editor.remove_field(Thing, field)
        assert [one.get("colour") for one in stored.find()] == [None, None]


def test_a_server_that_is_down_is_one_line(db: None) -> None:
    from apps.tenancy.documents.base import DatabaseWrapper

    settings = {
        **connections["documents"].settings_dict,
        "HOST": "mongodb://127.0.0.1:9/?directConnection=true",
        "OPTIONS": {"serverSelectionTimeoutMS": 50},
    }
    nowhere = DatabaseWrapper(settings, alias="nowhere")
    reachable = connections["documents"]
    connections["documents"] = nowhere
    try:
        with pytest.raises(CommandError) as caught:
            call_command("migrate_documents", "--database", "documents")
    finally:
        connections["documents"] = reachable
    assert str(caught.value).startswith("documents: ")
    assert "\n" not in str(caught.value)
    nowhere.close_pool()


def test_migrations_keep_the_home_of_a_class() -> None:
    """A historical model has no Document base any more, only the plain class it mixed in."""
    from django.db.migrations.loader import MigrationLoader

    state = MigrationLoader(None).project_state()
    historical = state.apps.get_model("sample", "thing")
    assert not issubclass(historical, Document)
    assert historical.home == "documents"


def test_documents_and_development_documents_say_where_they_live() -> None:
    assert (Document.home, DevelopmentDocument.home) == ("documents", "documents_dev")
    assert (Thing.home, Shelf.home) == ("documents", "documents")


def _ids(model: type[models.Model]) -> list[str]:
    return sorted(
        str(error.id) for error in model.check(databases=[]) if error.id.startswith("documents")
    )


@isolate_apps("tests.tenancy.sample")
def test_sound_documents_pass_the_check() -> None:
    class Sound(Document):
        slug = models.SlugField(db_index=False)

        class Meta:
            app_label = "sample"
            constraints = [models.UniqueConstraint(fields=["store", "slug"], name="sound")]
            indexes = [PathIndex(fields=["store"], paths=["a.b"], name="sound_path")]

    assert _ids(Sound) == []


@isolate_apps("tests.tenancy.sample")
def test_a_document_without_its_store_is_refused() -> None:
    class Homeless(Document):
        store: Any = None

        class Meta:
            app_label = "sample"

    assert _ids(Homeless) == ["documents.E001"]


@isolate_apps("tests.tenancy.sample")
def test_a_document_with_another_key_is_refused() -> None:
    class Numbered(Document):
        id = models.BigIntegerField(primary_key=True)

        class Meta:
            app_label = "sample"

    assert "documents.E002" in _ids(Numbered)


@isolate_apps("tests.tenancy.sample")
def test_a_collection_between_documents_is_refused() -> None:
    class Linked(Document):
        others = models.ManyToManyField("self")

        class Meta:
            app_label = "sample"

    assert "documents.E003" in _ids(Linked)


@isolate_apps("tests.tenancy.sample")
def test_indexes_that_do_not_begin_with_the_store_are_refused() -> None:
    class Inner(EmbeddedModel):
        code = models.CharField(max_length=9, unique=True)

        class Meta:
            app_label = "sample"

    class Careless(Document):
        slug = models.SlugField()
        number = models.IntegerField(unique=True)
        inner = EmbeddedModelField(Inner)

        class Meta:
            app_label = "sample"
            constraints = [models.UniqueConstraint(fields=["slug", "store"], name="careless")]
            indexes = [models.Index(fields=["number"], name="careless_number")]
            unique_together = [("slug", "number")]

    assert _ids(Careless) == ["documents.E004"] * 6


def test_a_path_index_says_everything_it_was_given() -> None:
    index = PathIndex(fields=["store"], paths=["parts.sku"], unique=True, name="x")
    _, _, kwargs = index.deconstruct()
    assert kwargs == {"fields": ["store"], "paths": ["parts.sku"], "unique": True, "name": "x"}
    assert index.clone() == index
    with pytest.raises(ValueError, match="fields, paths and a name"):
        PathIndex(fields=["store"], name="x")
