"""Two stores, one collection: no verb, thread or task of one store reaches a document of the other."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.models import Case, Count, Exists, F, OuterRef, Sum, Value, When
from django.test.utils import CaptureQueriesContext

from apps.tenancy.context import NoActiveStore, WrongStore, use_store
from apps.tenancy.documents.errors import UnscopedAccess
from apps.tenancy.documents.scope import across_stores
from tests.support.documents import documents
from tests.tenancy.sample.documents import Part, Shelf, Thing

pytestmark = pytest.mark.django_db


@pytest.fixture
def theirs(store: Any, other_store: Any) -> Iterator[Thing]:
    """A thing of `other_store`; `store` is active and holds a thing and a shelf of the same names."""
    with use_store(other_store):
        shelf = Shelf.objects.create(name="shelf")
        thing = Thing.objects.create(slug="tea", title="Theirs", price=Decimal(7), shelf=shelf)
    with use_store(store):
        mine = Shelf.objects.create(name="shelf")
        Thing.objects.create(slug="tea", title="Mine", price=Decimal(2), shelf=mine)
        # a reference smuggled across stores must lead nowhere
        Thing.objects.create(slug="smuggler", title="Smuggler", shelf_id=shelf.pk)
        yield thing


READS: dict[str, tuple[Callable[[Thing], Any], Any]] = {
    "all": (lambda t: sorted(Thing.objects.values_list("title", flat=True)), ["Mine", "Smuggler"]),
    "filter by key": (lambda t: list(Thing.objects.filter(pk=t.pk)), []),
    "count": (lambda t: Thing.objects.count(), 2),
    "exists": (lambda t: Thing.objects.filter(pk=t.pk).exists(), False),
    "first": (lambda t: Thing.objects.order_by("-price").first().title, "Mine"),
    "in_bulk": (lambda t: Thing.objects.in_bulk([t.pk]), {}),
    "or": (lambda t: Thing.objects.filter(pk=t.pk) | Thing.objects.filter(slug="none"), []),
    "exclude": (lambda t: Thing.objects.exclude(slug__in=["tea", "smuggler"]), []),
    "explicit store": (lambda t: Thing.objects.filter(store=t.store), []),
    "any store": (lambda t: Thing.objects.filter(store__isnull=False).count(), 2),
    "aggregate": (lambda t: Thing.objects.aggregate(sum=Sum("price"))["sum"], Decimal(2)),
    "group": (
        lambda t: list(Thing.objects.values("slug").annotate(n=Count("id")).order_by("slug")),
        [{"slug": "smuggler", "n": 1}, {"slug": "tea", "n": 1}],
    ),
    "distinct": (lambda t: Thing.objects.values_list("slug").distinct().count(), 2),
    "union": (
        lambda t: Thing.objects.filter(pk=t.pk).union(Thing.objects.filter(title="Theirs")),
        [],
    ),
    "join": (lambda t: Thing.objects.filter(shelf__name="shelf").count(), 1),
    "select_related": (
        lambda t: Thing.objects.select_related("shelf").filter(slug="smuggler")[0].shelf,
        None,
    ),
    "reverse join": (lambda t: Shelf.objects.filter(thing__title="Theirs").count(), 0),
    "subquery": (lambda t: Thing.objects.filter(shelf__in=Shelf.objects.all()).count(), 1),
    "exists subquery": (
        lambda t: Shelf.objects.filter(Exists(Thing.objects.filter(shelf=OuterRef("pk")))).count(),
        1,
    ),
    "prefetch": (
        lambda t: [
            len(shelf.thing_set.all()) for shelf in Shelf.objects.prefetch_related("thing_set")
        ],
        [1],
    ),
    "base manager": (lambda t: Thing._base_manager.filter(pk=t.pk), []),
    "raw_aggregate": (lambda t: Thing.objects.raw_aggregate([{"$match": {"_id": t.pk}}]), []),
    "iterator": (
        lambda t: [one.title for one in Thing.objects.order_by("pk").iterator()],
        ["Mine", "Smuggler"],
    ),
    "values in": (lambda t: Thing.objects.filter(slug__in=Thing.objects.values("slug")).count(), 2),
}


@pytest.mark.parametrize("verb", READS)
def test_reading_stays_in_the_store(theirs: Thing, verb: str) -> None:
    read, expected = READS[verb]
    found = read(theirs)
    assert (
        found if isinstance(found, (int, str, dict, Decimal)) or found is None else list(found)
    ) == expected


def test_a_query_set_belongs_to_the_store_in_which_it_runs(
    theirs: Thing, store: Any, other_store: Any
) -> None:
    lazy = Thing.objects.filter(slug="tea")
    with use_store(other_store):
        assert lazy.all().get().title == "Theirs"
    assert lazy.all().get().title == "Mine"


def test_related_objects_of_another_store_are_not_found(theirs: Thing) -> None:
    with pytest.raises(Shelf.DoesNotExist):
        Thing.objects.get(slug="smuggler").shelf  # noqa: B018
    with pytest.raises(Thing.DoesNotExist):
        theirs.refresh_from_db()


WRITES: dict[str, Callable[[Thing], Any]] = {
    "save": lambda t: t.save(),
    "save fields": lambda t: t.save(update_fields=["title"]),
    "save by alias": lambda t: t.save(using="documents"),
    "force insert": lambda t: t.save(force_insert=True),
    "delete": lambda t: t.delete(),
    "bulk_update": lambda t: Thing.objects.bulk_update([t], ["title"]),
    "bulk_create": lambda t: Thing.objects.bulk_create([Thing(slug="new", title="New"), t]),
    "bulk_create in batches": lambda t: Thing.objects.bulk_create(
        [Thing(slug="new", title="New"), t], batch_size=1
    ),
    "create": lambda t: Thing.objects.create(slug="new", title="New", store=t.store),
    "update the store": lambda t: Thing.objects.filter(slug="tea").update(store=t.store),
    "update the store by a field": lambda t: Thing.objects.update(store=F("slug")),
    "update the store by a case": lambda t: Thing.objects.update(
        store=Case(When(slug="tea", then=Value(t.store)), default=F("store"))
    ),
    "assign the store": lambda t: Thing.objects.update_or_create(
        slug="tea", defaults={"store": t.store}
    ),
}


@pytest.mark.parametrize("verb", WRITES)
def test_writing_into_another_store_raises_and_changes_nothing(
    theirs: Thing, other_store: Any, verb: str
) -> None:
    before = _snapshot()
    theirs.title = "Stolen"
    with pytest.raises(WrongStore):
        WRITES[verb](theirs)
    assert _snapshot() == before


NO_OPS: dict[str, Callable[[Thing], Any]] = {
    "update": lambda t: Thing.objects.filter(pk=t.pk).update(title="Stolen"),
    "delete": lambda t: Thing.objects.filter(pk=t.pk).delete()[0],
    "raw delete": lambda t: Thing.objects.filter(pk=t.pk)._raw_delete("documents"),
    "compare_and_set": lambda t: (
        Thing.objects.compare_and_set(t.pk, t.version, title="Stolen") or 0
    ),
    "update by explicit store": lambda t: Thing.objects.filter(store=t.store).update(
        title="Stolen"
    ),
}


@pytest.mark.parametrize("verb", NO_OPS)
def test_bulk_verbs_do_not_reach_another_store(theirs: Thing, verb: str) -> None:
    before = _snapshot()
    assert NO_OPS[verb](theirs) == 0
    assert _snapshot() == before


def test_deleting_everything_leaves_the_other_store_alone(theirs: Thing, other_store: Any) -> None:
    Shelf.objects.all().delete()
    Thing.objects.all().delete()
    with use_store(other_store):
        assert (Thing.objects.count(), Shelf.objects.count()) == (1, 1)


WITHOUT_STORE: dict[str, Callable[[], Any]] = {
    "list": lambda: list(Thing.objects.all()),
    "get": lambda: Thing.objects.get(slug="tea"),
    "count": lambda: Thing.objects.count(),
    "exists": lambda: Thing.objects.exists(),
    "aggregate": lambda: Thing.objects.aggregate(Sum("price")),
    "create": lambda: Thing.objects.create(slug="new", title="New"),
    "bulk_create": lambda: Thing.objects.bulk_create([Thing(slug="new", title="New")]),
    "update": lambda: Thing.objects.update(title="New"),
    "delete": lambda: Thing.objects.all().delete(),
    "raw_aggregate": lambda: list(Thing.objects.raw_aggregate([])),
    "union": lambda: list(Thing.objects.all().union(Thing.objects.all())),
    "explain": lambda: Thing.objects.all().explain(),
}


@pytest.mark.parametrize("verb", WITHOUT_STORE)
def test_without_a_store_every_verb_raises(db: None, verb: str) -> None:
    with pytest.raises(NoActiveStore):
        WITHOUT_STORE[verb]()


def test_a_query_set_can_be_built_without_a_store(db: None) -> None:
    """A FilterSet does so while it is imported."""
    assert Thing.objects.all().filter(slug="tea").order_by("pk").query is not None


def test_threads_do_not_inherit_a_store_and_do_not_mix_them(
    theirs: Thing, store: Any, other_store: Any
) -> None:
    def title_in(active: Any) -> set[str]:
        with use_store(active):
            return {Thing.objects.get(slug="tea").title for _ in range(20)}

    with ThreadPoolExecutor(max_workers=6) as pool:
        with pytest.raises(NoActiveStore):
            pool.submit(Thing.objects.count).result()
        asked = [store, other_store] * 12
        answers = list(pool.map(title_in, asked))
    assert answers == [{"Mine"}, {"Theirs"}] * 12


def test_asyncio_tasks_keep_their_own_store(theirs: Thing, store: Any, other_store: Any) -> None:
    async def title_in(active: Any) -> str:
        with use_store(active):
            await asyncio.sleep(0)
            found = await Thing.objects.aget(slug="tea")
            return str(found.title)

    async def both() -> list[str]:
        return await asyncio.gather(*(title_in(one) for one in [store, other_store] * 8))

    assert copy_context().run(asyncio.run, both()) == ["Mine", "Theirs"] * 8


def test_the_platform_can_read_across_stores_when_it_says_so(store: Any, other_store: Any) -> None:
    for active in (store, other_store):
        with use_store(active):
            Thing.objects.create(slug="tea", title=active.slug)
    with across_stores():
        stores = set(Thing.objects.filter(slug="tea").values_list("store", flat=True))
        assert {store.id, other_store.id} <= stores
        with use_store(store):
            assert Thing.objects.count() == 1
        with pytest.raises(UnscopedAccess):
            Thing.objects.filter(slug="tea").update(title="Changed")
    with pytest.raises(NoActiveStore):
        Thing.objects.count()


def test_only_development_documents_are_reached_across_stores() -> None:
    """They are all in one database. Anything else would miss the regions' and the merchants' MongoDBs."""
    root = Path(__file__).resolve().parents[2]
    users = {
        str(path.relative_to(root))
        for path in (root / "apps").rglob("*.py")
        if "with across_stores(" in path.read_text()
    }
    assert users == {"apps/provisioning/services/development_documents.py"}


def test_across_stores_is_refused_inside_a_store(in_store: Any) -> None:
    with pytest.raises(UnscopedAccess), across_stores():
        pass


def test_maintenance_may_write_across_stores_but_not_make_homeless_documents(
    store: Any, other_store: Any
) -> None:
    for active in (store, other_store):
        with use_store(active):
            Thing.objects.create(slug="tea", title="Old")
    mine = [store.id, other_store.id]
    with across_stores(write=True):
        assert Thing.objects.filter(store__in=mine).update(title="New") == 2
        with pytest.raises((WrongStore, NoActiveStore)):
            Thing.objects.create(slug="homeless", title="Homeless")


def test_every_get_is_one_command(theirs: Thing) -> None:
    mine = Thing.objects.get(slug="tea")
    for read in (
        lambda: Thing.objects.get(slug="tea"),
        lambda: Thing.objects.get(pk=mine.pk),
        lambda: Thing.objects.select_related("shelf").get(slug="tea"),
        lambda: Thing.objects.filter(slug="tea").exists(),
        lambda: Thing.objects.count(),
    ):
        with CaptureQueriesContext(connections["documents"]) as commands:
            read()
        assert len(commands) == 1, commands.captured_queries


def test_parts_inside_a_document_come_back_whole(in_store: Any) -> None:
    Thing.objects.create(slug="kit", title="Kit", parts=[Part(sku="p-1", price=Decimal("1.10"))])
    [part] = Thing.objects.get(parts__sku="p-1").parts
    assert (part.sku, part.price) == ("p-1", Decimal("1.10"))


def _snapshot() -> list[tuple[Any, ...]]:
    """All documents of all stores, as stored."""
    raw = documents().unscoped_collection(Thing._meta.db_table)
    return sorted(tuple(map(str, one.items())) for one in raw.find())
