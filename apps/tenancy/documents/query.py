"""Flat conditions: a server finds an index for `{_id, slug}`, not always for `{$and: [{...}, {...}]}`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bson import ObjectId, Regex
from django_mongodb_backend.query import MongoQuery as NestingMongoQuery

from apps.tenancy.documents.pipelines import Mql

_RANGES = frozenset({"$lt", "$lte", "$gt", "$gte"})


class MongoQuery(NestingMongoQuery):  # type: ignore[misc]
    """The store is added later, where the command is sent (`collection.py`), so no code can bypass it."""

    @property
    def match_mql(self) -> Mql:
        return self._match_mql

    @match_mql.setter
    def match_mql(self, condition: Mapping[str, Any]) -> None:
        self._match_mql: Mql = flatten(condition)


def flatten(condition: Mapping[str, Any]) -> Mql:
    """The same condition as one document, `_id` first; conditions on the same key stay in `$and`.

    Four rewrites keep a condition within the reach of an index. A range implies that the field is there and is not
    null, so what the ORM writes beside it is dropped. Several patterns on one field become `$all`. An array that has
    all of one value has that value. A field that is missing or null equals null.
    """
    flat: Mql = {}
    clashing: list[Mql] = []
    for key, value in _conjuncts(condition):
        if key not in flat:
            flat[key] = value
        elif _are_patterns(flat[key], value):
            flat[key] = _all_patterns(flat[key], value)
        elif _can_merge(key, flat[key], value):
            flat[key] = {**flat[key], **value}
        elif flat[key] != value:
            clashing.append({key: value})
    flat = {key: _only_value(_without_what_a_range_implies(value)) for key, value in flat.items()}
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
        elif key == "$or" and (absent := _absent_field(value)):
            yield absent, None
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


def _without_what_a_range_implies(value: Any) -> Any:
    """`{$lt: 3, $exists: true, $ne: null}` is `{$lt: 3}`: comparisons never match null or a missing field."""
    if not isinstance(value, dict) or not any(
        operator in _RANGES and _is_scalar(operand) for operator, operand in value.items()
    ):
        return value
    implied = {"$exists": True, "$ne": None}
    return {
        operator: operand
        for operator, operand in value.items()
        if operator not in implied or operand is not implied[operator]
    }


def _absent_field(parts: Sequence[Any]) -> str:
    """The field of `[{a: {$exists: false}}, {a: null}]`, which is what the ORM writes for null; "" for anything else."""
    if len(parts) != 2 or not all(isinstance(part, dict) and len(part) == 1 for part in parts):
        return ""
    (one, missing), (other, null) = (next(iter(part.items())) for part in parts)
    is_absence = one == other and missing == {"$exists": False} and null is None
    return one if is_absence else ""


def _only_value(value: Any) -> Any:
    """`{$all: [3]}` is `3`."""
    if not isinstance(value, dict) or value.keys() != {"$all"} or len(value["$all"]) != 1:
        return value
    (only,) = value["$all"]
    return only if isinstance(only, str | int | ObjectId) else value


def _is_scalar(operand: Any) -> bool:
    return operand is not None and not isinstance(operand, list | dict)


def _are_patterns(one: object, other: object) -> bool:
    """Whether both are plain patterns, or the first is what `_all_patterns` made of earlier ones."""
    is_several = isinstance(one, dict) and one.keys() == {"$all"}
    return (is_several or _is_pattern(one)) and _is_pattern(other)


def _is_pattern(value: object) -> bool:
    return (
        isinstance(value, dict)
        and "$regex" in value
        and value.keys() <= {"$regex", "$options"}
        and all(isinstance(part, str) for part in value.values())
    )


def _all_patterns(one: Mql, other: Mql) -> Mql:
    found = one["$all"] if "$all" in one else [_regex(one)]
    return {"$all": [*found, _regex(other)]}


def _regex(pattern: Mql) -> Regex[str]:
    return Regex(pattern["$regex"], pattern.get("$options", ""))
