"""The category tree: read once per catalog version, then answered from the cache."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from bson import ObjectId

from apps.catalog.documents import Category
from apps.catalog.errors import CategoryNotFound
from apps.common.bounded_memory import BoundedMemory
from apps.common.slugs import bare_slug, slug_key
from apps.common.text import fold
from apps.tenancy.versioned_cache import Memory, cached_by_version

_STORES: Final = 500
_maps: Memory = BoundedMemory(lambda: _STORES)


@dataclass(frozen=True)
class CategoryNode:
    """A category as the tree shows it, with its children in their order. `depth` is 0 at the top."""

    id: ObjectId
    parent_id: ObjectId | None
    name: str
    slug: str
    description: str
    image: str
    position: int
    is_active: bool
    seo_title: str
    seo_description: str
    depth: int
    ancestors: tuple[tuple[str, str], ...] = ()
    children: tuple[CategoryNode, ...] = field(default=())

    def walk(self) -> Iterator[CategoryNode]:
        """This node and everything below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


def category_tree(*, include_inactive: bool = False) -> list[CategoryNode]:
    """The top categories with all below them. No read when the catalog has not changed since the last call.

    An inactive category hides everything below it. `ancestors` of a node are `(name, slug)` from the top down.
    """
    return _read_tree(include_inactive)


@cached_by_version("catalog")
def _read_tree(include_inactive: bool) -> list[CategoryNode]:
    return _build_tree(include_inactive)


def list_category_nodes(*, include_inactive: bool = False) -> list[CategoryNode]:
    """The whole tree as a flat list, parents before children."""
    return [node for top in category_tree(include_inactive=include_inactive) for node in top.walk()]


def category_nodes() -> dict[ObjectId, CategoryNode]:
    """The visible categories by their id, for those that look up a few of them."""
    return _nodes_by_id()


@cached_by_version("catalog", memory=_maps)
def _nodes_by_id() -> dict[ObjectId, CategoryNode]:
    return {node.id: node for node in list_category_nodes()}


def get_category(slug: str) -> CategoryNode:
    """The visible category of that slug, with its subtree. No read when the tree is cached."""
    key = slug_key(slug)
    for node in list_category_nodes():
        if bare_slug(node.slug) == key:
            return node
    raise CategoryNotFound


def get_category_by_id(category_id: Any) -> Category:
    """The document itself, to be changed. A value that is not an id is treated as not found."""
    if not ObjectId.is_valid(category_id):
        raise CategoryNotFound
    category = Category.objects.filter(pk=ObjectId(category_id)).first()
    if category is None:
        raise CategoryNotFound
    return category


def _build_tree(include_inactive: bool) -> list[CategoryNode]:
    """One read. A category whose parent was deleted is shown at the top level."""
    categories = list(Category.objects.all())
    there = {category.pk for category in categories}
    by_parent: dict[ObjectId | None, list[Category]] = {}
    for category in categories:
        if category.is_active or include_inactive:
            parent_id = category.parent_id if category.parent_id in there else None
            by_parent.setdefault(parent_id, []).append(category)
    for siblings in by_parent.values():
        siblings.sort(key=lambda category: (category.position, fold(category.name)))
    return _nodes(by_parent, None, (), 0)


def _nodes(
    by_parent: dict[ObjectId | None, list[Category]],
    parent_id: ObjectId | None,
    ancestors: tuple[tuple[str, str], ...],
    depth: int,
) -> list[CategoryNode]:
    return [
        CategoryNode(
            id=category.pk,
            parent_id=category.parent_id,
            name=category.name,
            slug=category.link_slug,
            description=category.description,
            image=category.image,
            position=category.position,
            is_active=category.is_active,
            seo_title=category.seo_title,
            seo_description=category.seo_description,
            depth=depth,
            ancestors=ancestors,
            children=tuple(
                _nodes(
                    by_parent,
                    category.pk,
                    (*ancestors, (category.name, category.link_slug)),
                    depth + 1,
                )
            ),
        )
        for category in by_parent.get(parent_id, [])
    ]
