"""Our backend answers as django-mongodb-backend does when the store is filtered by hand, and uses the indexes."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections
from django.db.models import Avg, Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Lower
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.tenancy.context import use_store
from apps.tenancy.documents.scope import document_key_of
from tests.support.documents import documents
from tests.tenancy.sample.documents import Part, Shelf, Size, Thing

pytestmark = pytest.mark.django_db

STOCK = "stock"


@pytest.fixture
def stock(store: Any, other_store: Any) -> Iterator[Any]:
    """Both stores filled alike but for the prices; `store` is active; the stock backend as alias `stock`."""
    for active, factor in ((store, 1), (other_store, 3)):
        with use_store(active):
            _fill(factor)
    settings = {**connections["documents"].settings_dict, "ENGINE": "django_mongodb_backend"}
    connections.settings[STOCK] = settings
    try:
        with use_store(store):
            yield store
    finally:
        documents(STOCK).close_pool()
        del connections[STOCK], connections.settings[STOCK]


def _fill(factor: int) -> None:
    shelves = [Shelf.objects.create(name=name) for name in ("top", "middle")]
    Thing.objects.bulk_create(
        Thing(
            slug=f"thing-{n}",
            title=f"{'Tea' if n % 2 else 'coffee'} {n}",
            price=Decimal(n * factor),
            is_active=n % 3 != 0,
            barcode=None if n % 4 else f"b{n}",
            tags=["hot"] if n % 2 else ["hot", "strong"],
            size=Size(width=n) if n % 2 else None,
            parts=[Part(sku=f"p-{n}", price=Decimal(n))] if n % 5 else [],
            attributes={"n": n, "colour": "red" if n % 2 else "blue"},
            shelf=shelves[n % 3] if n % 3 < 2 else None,
            version=n % 4,
        )
        for n in range(20)
    )


Make = Callable[[QuerySet[Any], QuerySet[Any]], QuerySet[Any]]
QUERIES: dict[str, Make] = {
    "all": lambda t, s: t,
    "key": lambda t, s: t.filter(
        pk__in=list(t.filter(slug="thing-3").values_list("pk", flat=True))
    ),
    "two fields": lambda t, s: t.filter(slug="thing-3", is_active=False),
    "exclude": lambda t, s: t.exclude(is_active=True),
    "exclude two": lambda t, s: t.exclude(is_active=True, version=1),
    "chained": lambda t, s: t.filter(is_active=True).filter(version=1).exclude(slug="thing-1"),
    "or": lambda t, s: t.filter(Q(slug="thing-1") | Q(price__gte=15)),
    "nested or": lambda t, s: t.filter(
        Q(is_active=True) & (Q(version=1) | (Q(version=2) & ~Q(slug="thing-2")))
    ),
    "two ors": lambda t, s: t.filter(Q(version=1) | Q(version=2), Q(is_active=True) | Q(price=3)),
    "xor": lambda t, s: t.filter(Q(is_active=True) ^ Q(version=1)),
    "not in": lambda t, s: t.exclude(version__in=[0, 1]),
    "same field twice": lambda t, s: t.filter(price__gte=3).filter(price__lt=9),
    "same field, same operator": lambda t, s: t.filter(price__gte=3).filter(price__gte=9),
    "contradiction": lambda t, s: t.filter(version=1).filter(version=2),
    "range": lambda t, s: t.filter(price__range=(4, 8)),
    "null": lambda t, s: t.filter(barcode__isnull=True),
    "not null": lambda t, s: t.filter(barcode__isnull=False),
    "icontains": lambda t, s: t.filter(title__icontains="tea"),
    "startswith twice": lambda t, s: t.filter(title__startswith="Tea").filter(title__endswith="1"),
    "embedded": lambda t, s: t.filter(size__width=7),
    "embedded range": lambda t, s: t.filter(size__width__gt=3, size__width__lt=11),
    "embedded array": lambda t, s: t.filter(parts__sku="p-4"),
    "array": lambda t, s: t.filter(tags__contains=["strong"]),
    "json": lambda t, s: t.filter(attributes__colour="red", attributes__n__gte=5),
    "F": lambda t, s: t.filter(price=F("version")),
    "F twice": lambda t, s: t.filter(price__gt=F("version"), version__lt=F("price") + 1),
    "transform": lambda t, s: t.annotate(low=Lower("title")).filter(low__startswith="tea 1"),
    "time": lambda t, s: t.filter(updated_at__gte=timezone.now() - timedelta(days=1)),
    "none": lambda t, s: t.none(),
    "empty in": lambda t, s: t.filter(version__in=[]),
    "ordered slice": lambda t, s: t.order_by("-price")[3:8],
    "join": lambda t, s: t.filter(shelf__name="top"),
    "left join": lambda t, s: t.exclude(shelf__name="top"),
    "join null": lambda t, s: t.filter(shelf__isnull=True),
    "subquery": lambda t, s: t.filter(shelf__in=s.filter(name="middle")),
    "exists": lambda t, s: t.filter(Exists(s.filter(pk=OuterRef("shelf_id"), name="top"))),
    "annotated subquery": lambda t, s: t.annotate(
        shelf_name=Subquery(s.filter(pk=OuterRef("shelf_id")).values("name")[:1])
    ).filter(shelf_name="top"),
    "union": lambda t, s: t.filter(version=1).union(t.filter(version=2)),
    "having": lambda t, s: t.annotate(n=Count("shelf")).filter(n__gte=1),
}


@pytest.mark.parametrize("name", QUERIES)
def test_the_same_documents_are_found(stock: Any, name: str) -> None:
    make = QUERIES[name]
    ours = make(Thing.objects.all(), Shelf.objects.all())
    by_hand = Thing.objects.using(STOCK).filter(store=stock.id)
    shelves = Shelf.objects.using(STOCK).filter(store=stock.id)
    expected = make(by_hand, shelves)
    assert sorted(one.slug for one in ours) == sorted(one.slug for one in expected)
    assert ours.count() == expected.count()


COUNTS: dict[str, Callable[[QuerySet[Any]], Any]] = {
    "aggregate": lambda t: t.aggregate(n=Count("id"), sum=Sum("price"), max=Max("price")),
    "average": lambda t: t.filter(is_active=True).aggregate(avg=Avg("price")),
    "group": lambda t: list(t.values("version").annotate(n=Count("id")).order_by("version")),
    "distinct": lambda t: sorted(t.values_list("version", flat=True).distinct()),
    "exists": lambda t: t.filter(price=57).exists(),
}


@pytest.mark.parametrize("name", COUNTS)
def test_the_same_numbers_are_counted(stock: Any, name: str) -> None:
    ask = COUNTS[name]
    assert ask(Thing.objects.all()) == ask(Thing.objects.using(STOCK).filter(store=stock.id))


def test_conditions_reach_the_server_flat(stock: Any) -> None:
    """Nested in `$and`, or with the key anywhere but first, some servers scan the collection."""
    thing = Thing.objects.get(slug="thing-3")
    key = document_key_of(stock.id)
    for ask, match in (
        (Thing.objects.filter(slug="thing-3"), f"{{'store': '{key}', 'slug': 'thing-3'}}"),
        (
            Thing.objects.filter(version=3, pk=thing.pk),
            f"{{'_id': {thing.pk!r}, 'store': '{key}', ",
        ),
        (
            Thing.objects.filter(is_active=True).filter(version__gte=1).filter(version__lt=3),
            f"{{'store': '{key}', 'is_active': True, 'version': {{'$gte': 1, '$lt': 3}}",
        ),
    ):
        with CaptureQueriesContext(connections["documents"]) as commands:
            list(ask)
        sent = commands.captured_queries[0]["sql"].replace("Int64(1)", "1").replace("Int64(3)", "3")
        assert f"[{{'$match': {match}" in sent


def test_prefetching_costs_one_command_per_level(stock: Any) -> None:
    with CaptureQueriesContext(connections["documents"]) as commands:
        for shelf in Shelf.objects.prefetch_related("thing_set"):
            list(shelf.thing_set.all())
    assert len(commands) == 2
