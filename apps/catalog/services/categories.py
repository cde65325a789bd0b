"""The category tree: ten levels at most, never a circle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from bson import ObjectId
from django.db import IntegrityError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.catalog.checking.faults import Faults
from apps.catalog.documents import Category, Product, ProductStatus
from apps.catalog.errors import (
    CategoryChanged,
    CategoryNotEmpty,
    CategoryNotFound,
    InvalidCategory,
    TakenMeanwhile,
)
from apps.catalog.indexing import kept_in_index
from apps.catalog.inputs import CategoryInput
from apps.catalog.limits import MAX_TREE_DEPTH
from apps.catalog.metered import count_updated
from apps.catalog.slugs import SLUG_TRIES, free_slug, is_slug_taken
from apps.catalog.versions import bump_catalog_version
from apps.common.slugs import spelled_slug
from apps.platform.auditing import audited, facts_of, note
from apps.tenancy.documents.access import scoped_collection

_POSITIONS = 1_000_000
_Parents = dict[ObjectId, ObjectId | None]
Written = TypeVar("Written")
SLUG_TAKEN = _("Another category has this address.")


def create_category(*, data: CategoryInput) -> Category:
    """Raises `InvalidCategory` with the wrong fields."""
    category = _write(data, None, lambda values: Category.objects.create(**values))
    note("category.created", category, after=facts_of(category))
    return category


def update_category(*, category: Category, data: CategoryInput, as_read: bool = False) -> Category:
    """Replace everything; a changed `parent_id` moves it with all below it. `InvalidCategory` for a circular tree.

    With `as_read` it raises `CategoryChanged` where the stored category is no longer what `category` says.
    """
    old_parent = category.parent_id
    same = Category.objects.filter(pk=category.pk)
    if as_read:
        fields = (field.attname for field in Category._meta.concrete_fields)
        same = same.filter(**{name: getattr(category, name) for name in fields})
    with audited("category.changed", category):
        is_changed = _write(data, category, lambda values: same.update(**values))
    changed = Category.objects.filter(pk=category.pk).first()
    if changed is None:
        raise CategoryNotFound
    if not is_changed:
        raise CategoryChanged
    if changed.parent_id != old_parent:
        _take_back_if_circle(changed, old_parent)
    return changed


def delete_category(*, category: Category, reparent: bool = False) -> None:
    """Delete a category and take it off its products. Repeatable.

    With subcategories it raises `CategoryNotEmpty`, or, with `reparent`, they move up to its parent. The category
    itself is deleted last, so that an interrupted call can be repeated.
    """
    children = Category.objects.filter(parent_id=category.pk)
    if reparent:
        children.update(parent_id=category.parent_id)
    elif children.exists():
        raise CategoryNotEmpty
    products = _products_in(category)
    with kept_in_index(products):
        scoped_collection(Product).update_many(
            {"_id": {"$in": products}},
            {"$pull": {"category_ids": category.pk}, "$inc": {"version": 1}},
        )
    count_updated(len(products))
    deleted, _ = Category.objects.filter(pk=category.pk).delete()
    bump_catalog_version()
    if deleted:
        note("category.deleted", category, before=facts_of(category))


def _products_in(category: Category) -> list[ObjectId]:
    """The ids of its products, one read by an index for each status."""
    return [
        key
        for status in ProductStatus.values
        for key in Product.objects.filter(
            status=status, category_ids__overlap=[category.pk]
        ).values_list("pk", flat=True)
    ]


def _write(
    data: CategoryInput, category: Category | None, write: Callable[[dict[str, Any]], Written]
) -> Written:
    """Check and write. A generated slug that another writer took is generated again."""
    for attempt in range(SLUG_TRIES):
        values = check_category(data=data, category=category, attempt=attempt)
        try:
            return write(values)
        except IntegrityError as error:
            if data.slug or attempt == SLUG_TRIES - 1:
                raise TakenMeanwhile(fields={"slug": [str(SLUG_TAKEN)]}) from error
    raise AssertionError("unreachable")


def check_category(
    *, data: CategoryInput, category: Category | None, attempt: int = 0
) -> dict[str, Any]:
    """Field values ready to be written, or `InvalidCategory` naming every fault. `attempt` is for `free_slug`."""
    faults = Faults()
    values: dict[str, Any] = {
        "name": faults.name("name", data.name, most=120),
        "description": faults.block("description", data.description, most=5000),
        "image": faults.line("image", data.image, most=300),
        "position": faults.number("position", data.position, least=-_POSITIONS, most=_POSITIONS),
        "is_active": faults.flag("is_active", data.is_active),
        "seo_title": faults.line("seo_title", data.seo_title, most=200),
        "seo_description": faults.line("seo_description", data.seo_description, most=400),
        "parent_id": _check_parent(data.parent_id, category, faults),
    }
    values["slug"] = _check_slug(data.slug, values["name"], category, attempt, faults)
    stored = category.slug_spelling if category else ""
    values["slug_spelling"] = spelled_slug(values["slug"], str(data.slug), stored, values["name"])
    if faults.fields:
        raise InvalidCategory(fields=faults.fields)
    return values


def _check_parent(value: Any, category: Category | None, faults: Faults) -> ObjectId | None:
    if value is None or value == "":
        return None
    parents = _read_parents()
    if not ObjectId.is_valid(value) or ObjectId(value) not in parents:
        faults.add("parent_id", gettext("There is no such category."))
        return None
    parent_id = ObjectId(value)
    above = _path(parents, parent_id)
    if category is not None and category.pk in above:
        faults.add("parent_id", gettext("A category can't be below itself."))
    elif len(above) + _height(parents, category) > MAX_TREE_DEPTH:
        faults.add(
            "parent_id",
            gettext("Categories go at most %(max_tree_depth)s levels deep.")
            % {"max_tree_depth": MAX_TREE_DEPTH},
        )
    return parent_id


def _check_slug(
    value: Any, name: str, category: Category | None, attempt: int, faults: Faults
) -> str:
    own_pk = category.pk if category else None
    slug = faults.slug("slug", value)
    if not slug:
        return free_slug(Category, name, fallback="category", own_pk=own_pk, attempt=attempt)
    if is_slug_taken(Category, slug, own_pk=own_pk):
        faults.add("slug", str(SLUG_TAKEN))
    return slug


def _take_back_if_circle(category: Category, old_parent: ObjectId | None) -> None:
    """Two concurrent moves can create a circle that neither detects beforehand. The later move detects it here and is
    undone."""
    parents = _read_parents()
    if category.parent_id is not None and category.pk in _path(parents, category.parent_id):
        Category.objects.filter(pk=category.pk, parent_id=category.parent_id).update(
            parent_id=old_parent
        )
        raise InvalidCategory(fields={"parent_id": [gettext("A category can't be below itself.")]})


def _read_parents() -> _Parents:
    return dict(Category.objects.values_list("pk", "parent_id"))


def _path(parents: _Parents, start: ObjectId) -> list[ObjectId]:
    """The category and everything above it; ends at the top, at a missing parent or where a circle closes."""
    path: list[ObjectId] = []
    current: ObjectId | None = start
    while current is not None and current in parents and current not in path:
        path.append(current)
        current = parents[current]
    return path


def _height(parents: _Parents, category: Category | None) -> int:
    """Levels from the category down to its deepest descendant, itself included; 1 for a new one."""
    if category is None:
        return 1
    paths = (_path(parents, pk) for pk in parents)
    return max((path.index(category.pk) + 1 for path in paths if category.pk in path), default=1)
