"""Confine filters, aggregation pipelines, updates and new documents to one store. Pure functions.

Stages that are not known to be safe are refused, also future stages of MongoDB.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from apps.tenancy.context import WrongStore
from apps.tenancy.documents.errors import UnscopedAccess
from apps.tenancy.documents.scope import STORE_KEY

Mql: TypeAlias = dict[str, Any]
Pipeline: TypeAlias = list[Mql]
Update: TypeAlias = Mapping[str, Any] | Sequence[Mapping[str, Any]]

# Stages that only see what came before them.
PASSING_STAGES = frozenset(
    [
        "$match",
        "$project",
        "$set",
        "$addFields",
        "$unset",
        "$group",
        "$sort",
        "$skip",
        "$limit",
        "$count",
        "$unwind",
        "$replaceRoot",
        "$replaceWith",
        "$bucket",
        "$bucketAuto",
        "$sortByCount",
        "$sample",
        "$redact",
        "$setWindowFields",
        "$densify",
        "$fill",
        "$search",
        "$vectorSearch",
        "$geoNear",
    ]
)
# Stages that must be first; the store's match follows them.
LEADING_STAGES = frozenset({"$search", "$vectorSearch"})
WRITING_STAGES = frozenset({"$out", "$merge"})
RESHAPING_STAGES = frozenset({"$project", "$replaceRoot", "$replaceWith"})


def scope_filter(condition: Mapping[str, Any] | None, store: str) -> Mql:
    """The condition and the store, flat, with `_id` first (some servers only look there for the key)."""
    condition = dict(condition or {})
    if STORE_KEY in condition:
        if condition[STORE_KEY] != store:
            return {STORE_KEY: store, "$and": [condition]}
        del condition[STORE_KEY]
    scoped: Mql = {"_id": condition.pop("_id")} if "_id" in condition else {}
    return {**scoped, STORE_KEY: store, **condition}


def scope_pipeline(pipeline: Sequence[Mapping[str, Any]], store: str) -> Pipeline:
    """A pipeline over one collection that sees only the store's documents, joins and unions included."""
    stages = [_scope_stage(stage, store) for stage in pipeline]
    first = next(iter(stages[0])) if stages else None
    if first == "$match":
        stages[0] = {"$match": scope_filter(stages[0]["$match"], store)}
    elif first == "$geoNear":
        near = stages[0]["$geoNear"]
        stages[0] = {"$geoNear": {**near, "query": scope_filter(near.get("query"), store)}}
    elif first in LEADING_STAGES:
        stages.insert(1, {"$match": {STORE_KEY: store}})
    else:
        stages.insert(0, {"$match": {STORE_KEY: store}})
    return stages


def refuse_writing_stages(pipeline: Sequence[Mapping[str, Any]]) -> None:
    for stage in pipeline:
        if written := WRITING_STAGES.intersection(stage):
            raise UnscopedAccess(f"{min(written)} writes outside the scope of a read.")


def _scope_stage(stage: Mapping[str, Any], store: str) -> Mql:
    if len(stage) != 1:
        raise UnscopedAccess(f"A pipeline stage has exactly one operator, not {sorted(stage)}.")
    [(name, body)] = stage.items()
    if name in PASSING_STAGES:
        return {name: body}
    if name == "$facet":
        return {
            name: {
                key: [_scope_stage(part, store) for part in parts] for key, parts in body.items()
            }
        }
    if name == "$lookup":
        return {name: _scope_lookup(body, store)}
    if name == "$unionWith":
        return {name: _scope_union(body, store)}
    if name == "$graphLookup":
        return {name: _scope_graph_lookup(body, store)}
    raise UnscopedAccess(f"{name} can't be confined to one store.")


def _scope_lookup(body: Mapping[str, Any], store: str) -> Mql:
    _require_collection(body.get("from"), "$lookup")
    return {**body, "pipeline": scope_pipeline(body.get("pipeline", []), store)}


def _scope_union(body: str | Mapping[str, Any], store: str) -> Mql:
    union: Mapping[str, Any] = {"coll": body} if isinstance(body, str) else body
    _require_collection(union.get("coll"), "$unionWith")
    return {**union, "pipeline": scope_pipeline(union.get("pipeline", []), store)}


def _scope_graph_lookup(body: Mapping[str, Any], store: str) -> Mql:
    _require_collection(body.get("from"), "$graphLookup")
    restriction = scope_filter(body.get("restrictSearchWithMatch"), store)
    return {**body, "restrictSearchWithMatch": restriction}


def _require_collection(name: object, stage: str) -> None:
    if not isinstance(name, str):
        raise UnscopedAccess(f"{stage} needs the plain name of a collection in the same database.")


def guard_update(update: Update, store: str | None) -> Update:
    """The same update, sure to leave every document in its store."""
    if isinstance(update, Mapping):
        _guard_operators(update, store)
        return update
    for stage in update:
        _guard_update_stage(stage, store)
    if store is not None and any(RESHAPING_STAGES.intersection(stage) for stage in update):
        return [*update, {"$set": {STORE_KEY: {"$literal": store}}}]
    return update


def _guard_operators(update: Mapping[str, Any], store: str | None) -> None:
    for operator, changes in update.items():
        if not operator.startswith("$"):
            raise UnscopedAccess(
                "An update uses operators such as $set; to replace, use replace_one."
            )
        for path, value in changes.items():
            harmless = operator in ("$set", "$setOnInsert") and value == store
            if _is_store(path) and not harmless:
                raise WrongStore(f"{operator} may not touch the store of a document.")
            if operator == "$rename" and _is_store(value):
                raise WrongStore("$rename may not touch the store of a document.")


def _guard_update_stage(stage: Mapping[str, Any], store: str | None) -> None:
    for name, body in stage.items():
        if name in ("$set", "$addFields"):
            for path, value in body.items():
                if _is_store(path) and value not in (store, {"$literal": store}):
                    raise WrongStore(f"{name} may not touch the store of a document.")
        elif name == "$unset":
            if any(_is_store(path) for path in ([body] if isinstance(body, str) else body)):
                raise WrongStore("$unset may not touch the store of a document.")
        elif name not in RESHAPING_STAGES or store is None:
            raise UnscopedAccess(f"{name} is not allowed in this update.")


def _is_store(path: object) -> bool:
    return isinstance(path, str) and path.split(".", 1)[0] == STORE_KEY


def scope_upsert(update: Update, store: str) -> Update:
    """An upsert makes its new document in the store. (A pipeline takes it from the filter's equality.)"""
    if not isinstance(update, Mapping):
        return update
    if STORE_KEY in update.get("$set", {}):
        return update
    return {**update, "$setOnInsert": {**update.get("$setOnInsert", {}), STORE_KEY: store}}


def stamp(document: Mql, store: str | None) -> Mql:
    """Write the store into a new document; raises `WrongStore` when it holds another one, or none at all."""
    held = document.get(STORE_KEY)
    if store is None:
        if held is None:
            raise WrongStore("A new document needs a store.")
        return document
    if held is not None and held != store:
        raise WrongStore(f"A document of store {held} can't be written in store {store}.")
    document[STORE_KEY] = store
    return document
