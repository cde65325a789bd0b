"""Flat conditions: a server finds an index for `{_id, slug}`, not always for `{$and: [{...}, {...}]}`."""

from collections.abc import Iterator, Mapping
from typing import Any

from django_mongodb_backend.query import MongoQuery as NestingMongoQuery

from .pipelines import Mql


class MongoQuery(NestingMongoQuery):  # type: ignore[misc]
    """The store is not added here but where the command leaves (`collection.py`), so nothing can go around it."""

    @property
    def match_mql(self) -> Mql:
        return self._match_mql

    @match_mql.setter
    def match_mql(self, condition: Mapping[str, Any]) -> None:
        self._match_mql: Mql = flatten(condition)


def flatten(condition: Mapping[str, Any]) -> Mql:
    """The same condition as one document, `_id` first; what clashes stays in `$and`."""
    flat: Mql = {}
    clashing: list[Mql] = []
    for key, value in _conjuncts(condition):
        if key not in flat:
            flat[key] = value
        elif _can_merge(key, flat[key], value):
            flat[key] = {**flat[key], **value}
        elif flat[key] != value:
            clashing.append({key: value})
    if clashing:
        flat["$and"] = clashing
    if "_id" in flat:
        flat = {"_id": flat.pop("_id"), **flat}
    return flat


def _conjuncts(condition: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in condition.items():
        if key == "$and":
            for part in value:
                yield from _conjuncts(part)
        else:
            yield key, value


def _can_merge(key: str, one: object, other: object) -> bool:
    """`{price: {$gte: 1}}` and `{price: {$lt: 5}}` are `{price: {$gte: 1, $lt: 5}}`."""
    return (
        not key.startswith("$")
        and isinstance(one, dict)
        and isinstance(other, dict)
        and all(operator.startswith("$") for operator in (*one, *other))
        and not one.keys() & other.keys()
    )
