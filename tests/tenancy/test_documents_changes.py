"""Compare-and-set, what is converted on the way, and errors that say which constraint refused."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connections
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.tenancy.context import use_store
from apps.tenancy.documents.errors import violated_constraint
from tests.tenancy.sample.documents import Part, Shelf, Size, Thing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store")]


def test_a_change_based_on_the_current_version_wins() -> None:
    thing = Thing.objects.create(slug="tea", title="Tea")
    changed = Thing.objects.compare_and_set(thing.pk, 1, title="Green tea")
    assert (changed.pk, changed.title, changed.version) == (thing.pk, "Green tea", 2)
    assert Thing.objects.get(pk=thing.pk).title == "Green tea"


def test_a_change_based_on_an_old_version_changes_nothing() -> None:
    thing = Thing.objects.create(slug="tea", title="Tea", version=3)
    assert Thing.objects.compare_and_set(thing.pk, 2, title="Late") is None
    assert Thing.objects.values_list("title", "version").get() == ("Tea", 3)


def test_a_condition_beside_the_version_must_hold_too() -> None:
    thing = Thing.objects.create(slug="tea", title="Tea", is_active=False)
    active = Thing.objects.filter(is_active=True)
    assert active.compare_and_set(thing.pk, 1, title="Late") is None


def test_a_change_costs_one_command_and_a_read() -> None:
    thing = Thing.objects.create(slug="tea", title="Tea")
    for change, cost in (
        (lambda: Thing.objects.compare_and_set(thing.pk, 1, title="Green tea"), 2),
        (lambda: Thing.objects.compare_and_set(thing.pk, 1, title="Late"), 1),
    ):
        with CaptureQueriesContext(connections["documents"]) as commands:
            change()
        assert len(commands) == cost, commands.captured_queries


def test_of_many_at_once_exactly_one_wins(store: Any) -> None:
    thing = Thing.objects.create(slug="tea", title="Tea")

    def change(number: int) -> bool:
        with use_store(store):
            return Thing.objects.compare_and_set(thing.pk, 1, title=f"By {number}") is not None

    with ThreadPoolExecutor(max_workers=8) as pool:
        won = list(pool.map(change, range(24)))
    assert won.count(True) == 1
    assert Thing.objects.get(pk=thing.pk).version == 2


def test_counting_up_in_parallel_loses_nothing(store: Any) -> None:
    Thing.objects.create(slug="tea", title="Tea", version=0)

    def count(_: int) -> None:
        with use_store(store):
            Thing.objects.filter(slug="tea").update(version=F("version") + 1)

    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(count, range(40)))
    assert Thing.objects.get(slug="tea").version == 40


def test_every_kind_of_value_survives_the_change() -> None:
    thing = Thing.objects.create(slug="tea", title="Tea")
    shelf = Shelf.objects.create(name="top")
    changes: dict[str, Any] = {
        "price": Decimal("12.34"),
        "barcode": None,
        "tags": ["a", "b"],
        "size": Size(width=3, made_on=datetime.date(2024, 2, 29)),
        "parts": [Part(sku="p-1", price=Decimal("0.10")), Part(sku="p-2", price=Decimal(2))],
        "attributes": {"$set": {"colour": "red"}, "list": [1, {"x": None}]},
        "shelf": shelf,
        "shelf_ref": shelf.pk,
        "title": "$title",
    }
    fetched = Thing.objects.compare_and_set(thing.pk, 1, **changes)
    for found in (fetched, Thing.objects.get(pk=thing.pk)):
        assert (found.price, found.barcode, found.tags) == (Decimal("12.34"), None, ["a", "b"])
        assert (found.size.width, found.size.made_on) == (3, datetime.date(2024, 2, 29))
        assert [(part.sku, part.price) for part in found.parts] == [
            ("p-1", Decimal("0.10")),
            ("p-2", Decimal("2.00")),
        ]
        assert found.attributes == changes["attributes"]
        assert (found.shelf_id, found.shelf_ref, found.title) == (shelf.pk, shelf.pk, "$title")


def test_a_change_refreshes_times_and_keeps_their_zone() -> None:
    thing = Thing.objects.create(slug="tea", title="Tea")
    changed = Thing.objects.compare_and_set(thing.pk, 1, title="Later")
    assert changed.updated_at > thing.updated_at
    assert timezone.is_aware(changed.updated_at)
    moment = timezone.now() - datetime.timedelta(days=1)
    given = Thing.objects.compare_and_set(thing.pk, 2, updated_at=moment)
    assert abs(given.updated_at - moment) < datetime.timedelta(milliseconds=1)


def test_what_was_fetched_can_be_saved_again() -> None:
    thing = Thing.objects.create(slug="tea", title="Tea")
    changed = Thing.objects.compare_and_set(thing.pk, 1, title="Green tea")
    changed.title = "Black tea"
    changed.save()
    assert Thing.objects.get().title == "Black tea"


def test_a_slice_is_not_changed() -> None:
    with pytest.raises(TypeError):
        Thing.objects.all()[:1].compare_and_set(None, 1, title="Late")


@pytest.mark.parametrize(
    ("clash", "constraint"),
    [
        ({"slug": "tea"}, "sample_thing_slug"),
        ({"barcode": "4711"}, "sample_thing_barcode"),
        ({"codes": ["new", "c-1"]}, "sample_thing_codes"),
        ({"parts": [Part(sku="p-1", price=1)]}, "sample_thing_sku"),
    ],
)
def test_the_error_names_the_constraint(clash: dict[str, Any], constraint: str) -> None:
    kept = {"barcode": "4711", "codes": ["c-1"], "parts": [Part(sku="p-1", price=1)]}
    Thing.objects.create(slug="tea", title="Tea", **kept)
    other = Thing.objects.create(slug="coffee", title="Coffee")
    values = {"slug": "new", "title": "New", **clash}
    for write in (
        lambda: Thing.objects.create(**values),
        lambda: Thing.objects.bulk_create([Thing(**values)]),
        lambda: Thing.objects.filter(pk=other.pk).update(**clash),
        lambda: Thing.objects.compare_and_set(other.pk, 1, **clash),
    ):
        with pytest.raises(IntegrityError) as caught:
            write()
        assert violated_constraint(caught.value) == constraint
        assert constraint in str(caught.value)
    assert set(Thing.objects.values_list("slug", flat=True)) == {"tea", "coffee"}


def test_other_errors_name_no_constraint() -> None:
    assert violated_constraint(ValueError("x")) is None
    assert violated_constraint(IntegrityError("x")) is None


def test_nothing_and_empty_lists_are_not_duplicates() -> None:
    for slug in ("one", "two"):
        Thing.objects.create(slug=slug, title=slug, barcode=None, codes=[], parts=[])
    assert Thing.objects.count() == 2


def test_both_stores_can_use_the_same_names(other_store: Any) -> None:
    Thing.objects.create(slug="tea", title="Tea", barcode="4711", codes=["c-1"])
    with use_store(other_store):
        Thing.objects.create(slug="tea", title="Tea", barcode="4711", codes=["c-1"])


def test_get_or_create_and_update_or_create_behave_as_in_django() -> None:
    first, created = Thing.objects.get_or_create(slug="tea", defaults={"title": "Tea"})
    again, twice = Thing.objects.get_or_create(slug="tea", defaults={"title": "Other"})
    assert (created, twice, again.pk) == (True, False, first.pk)
    Thing.objects.update_or_create(slug="tea", defaults={"title": "Changed"})
    assert Thing.objects.get().title == "Changed"


def test_a_form_would_see_the_duplicate() -> None:
    Thing.objects.create(slug="tea", title="Tea")
    with pytest.raises(Exception, match="already exists"):
        Thing(slug="tea", title="Tea").validate_constraints(exclude={"store"})


def test_pages_by_descending_key_are_complete() -> None:
    Thing.objects.bulk_create([Thing(slug=f"t{n}", title=str(n)) for n in range(25)])
    seen: list[Any] = []
    page = list(Thing.objects.order_by("-id")[:10])
    while page:
        seen += [one.pk for one in page]
        page = list(Thing.objects.filter(id__lt=page[-1].pk).order_by("-id")[:10])
    assert len(seen) == len(set(seen)) == 25
    assert seen == sorted(seen, reverse=True)
