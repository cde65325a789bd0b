"""A copy of the index in OpenSearch, over its REST API: one index per store, behind an alias of the store's id.

Every request goes to names that `_name()` makes from the active store, so none reaches another store's index. Documents
have the version of their product (`external_gte`): an older one never overwrites a newer one.

While a store is rebuilt, its new index has the alias `NAME-new`, and writes go to both. Then one request switches the
alias and deletes the old index. Sources: docs.opensearch.org, Document APIs (Bulk), Index APIs (Alias), Search APIs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Final

import orjson
from django.conf import settings
from django.utils.translation import gettext

from apps.common.ids import new_id
from apps.search.backends.opensearch_server import Answer, opensearch_server
from apps.search.errors import SearchUnavailable
from apps.search.facets import LABEL_END, summary_of
from apps.search.models import Entry
from apps.search.places import ORDERS, RANK_STEP, checked_place
from apps.search.queries import (
    MOST_COUNTED,
    MOST_LISTED,
    PRICE_SORTS,
    RELEVANCE,
    Place,
    Query,
    Suggestion,
    Summary,
)
from apps.search.terms import All, Condition, Term
from apps.search.understanding import Understood, condition_of
from apps.tenancy.context import current_store

Json = dict[str, Any]

WRITE_SECONDS: Final = 5.0
REBUILD_SECONDS: Final = 60.0
_OUT_OF_DATE, _MISSING = 409, 404
_MOST_VALUES: Final = 1_000
_KEYWORD: Final = {"type": "keyword"}
_STORED_ONLY: Final = {"type": "keyword", "index": False, "doc_values": False}
_INDEX: Final[Json] = {
    "settings": {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        "max_result_window": MOST_LISTED + MOST_COUNTED,
    },
    "mappings": {
        "dynamic": False,
        "properties": {
            "id": _KEYWORD,
            "status": _KEYWORD,
            "title": _STORED_ONLY,
            "slug": _STORED_ONLY,
            "position": {"type": "integer"},
            "title_key": _KEYWORD,
            "prices": {"type": "object", "dynamic": True},
            "is_available": {"type": "boolean"},
            "labels": _KEYWORD,
            "terms": {"type": "keyword", "doc_values": False},
        },
    },
}


class OpenSearchCopy:
    name: ClassVar[str] = "opensearch"

    # Writing

    def put(self, rows: Sequence[Entry]) -> None:
        self._write([line for row in rows for target in _targets() for line in _put(row, target)])

    def remove(self, ids: Sequence[str]) -> None:
        self._write(
            [{"delete": {"_index": target, "_id": key}} for key in ids for target in _targets()]
        )

    def _write(self, lines: list[Json]) -> None:
        """Shown at once. A store without an index yet, or with only one, lacks a target: that is no failure."""
        if lines:
            _bulk(lines, "refresh=true&require_alias=true", seconds=WRITE_SECONDS)

    def is_there(self) -> bool:
        return _send("HEAD", f"/_alias/{_name()}").status != _MISSING

    def rebuild(self, batches: Iterable[Sequence[Entry]]) -> None:
        name = _name()
        old = _list_indexes()
        for index in [index for index, aliases in old.items() if name not in aliases]:
            _require(_send("DELETE", f"/{index}"))  # what a crash left
        new = f"{name}-{new_id().hex}"
        aliases: Json = {"aliases": {f"{name}-new": {}}}
        _require(_send("PUT", f"/{new}", {**_INDEX, **aliases}, seconds=REBUILD_SECONDS))
        for rows in batches:
            lines = [line for row in rows for line in _put(row, f"{name}-new")]
            _bulk(lines, "require_alias=true", seconds=REBUILD_SECONDS, is_needed=True)
        _require(_send("POST", f"/{new}/_refresh", seconds=REBUILD_SECONDS))
        _switch(new, [index for index, aliases in old.items() if name in aliases])

    def drop(self) -> None:
        for index in _list_indexes():
            _require(_send("DELETE", f"/{index}", seconds=WRITE_SECONDS))

    # Finding

    def count_matches(self, query: Query, understood: Understood | None, *, most: int) -> int:
        found = _search({"query": _matching(query, understood), "size": 0}, count=most)
        total: int = found["total"]["value"]
        return min(total, most)

    def summarize(self, query: Query, understood: Understood | None) -> Summary:
        """One request. Facets are counted over all products, also where the total stops at the limit."""
        most = MOST_COUNTED if understood is not None else MOST_LISTED
        names = [name for name, _values in query.labels]
        of_all = replace(query, labels=())
        has_price = {"filter": {"exists": {"field": f"prices.{current_store().currency}"}}}
        labels = {"terms": {"field": "labels", "size": _MOST_VALUES}}
        parts = {
            str(number): {
                "filter": _filtered_by_labels(query, without=name),
                "aggs": {"labels": labels, "priced": has_price},
            }
            for number, name in enumerate((None, *names))
        }
        body = {"query": _matching(of_all, understood), "size": 0, "aggs": parts}
        found = _answered(_send("POST", f"/{_name()}/_search", body), "aggregations")
        counts = [
            Counter({one["key"]: one["doc_count"] for one in found[number]["labels"]["buckets"]})
            for number in parts
        ]
        total, priced = found["0"]["doc_count"], found["0"]["priced"]["doc_count"]
        return summary_of(query, counts, total=total, priced=priced, most=most)

    def find_page(
        self,
        query: Query,
        understood: Understood | None,
        *,
        sort: str,
        start: int,
        length: int,
        is_long: bool,
    ) -> list[str]:
        body = _sorted(query, understood, sort, backwards=False)
        found = _search({**body, "from": start, "size": length})
        return [hit["_id"] for hit in found["hits"]]

    def find_behind(
        self,
        query: Query,
        understood: Understood | None,
        *,
        sort: str,
        place: Place | None,
        length: int,
        is_long: bool,
        backwards: bool = False,
    ) -> list[Place]:
        body = _sorted(query, understood, sort, backwards=backwards)
        if place is not None:
            body["search_after"] = _sorted_by(checked_place(sort, place), understood, sort)
        found = _search({**body, "size": length})
        return [_place_of(hit["sort"], understood, sort) for hit in found["hits"]]

    def suggest(self, condition: Condition, *, most: int) -> list[Suggestion]:
        filters = [{"term": {"status": "active"}}, _written(condition)]
        body = {
            "query": {"bool": {"filter": filters}},
            "sort": [{"position": "asc"}, {"id": "desc"}],
            "size": most,
            "_source": ["title", "slug"],
        }
        hits = _search(body)["hits"]
        return [Suggestion(hit["_source"]["title"], hit["_source"]["slug"]) for hit in hits]


# Names and requests


def _name() -> str:
    """The alias of the active store. Its indexes are called so too, with more behind it."""
    return f"{settings.OPENSEARCH_PREFIX}-{current_store().id.hex}"


def _targets() -> tuple[str, str]:
    """The new index first: where it has just taken the alias, the alias is it."""
    return f"{_name()}-new", _name()


def _send(
    method: str, path: str, body: Json | None = None, *, seconds: float | None = None
) -> Answer:
    """`path` begins with a name of the active store."""
    return opensearch_server().send(
        method,
        path,
        orjson.dumps(body) if body is not None else None,
        seconds=seconds or settings.OPENSEARCH_SECONDS,
        is_lines=False,
    )


def _answered(answer: Answer, part: str) -> Any:
    if answer.status == _MISSING:
        raise SearchUnavailable(gettext("OpenSearch has no index of this store."))
    return _part_of(_require(answer), part)


def _part_of(content: Any, part: str) -> Any:
    """Behind the address may be another program, such as a proxy that redirects."""
    if not isinstance(content, dict) or part not in content:
        raise SearchUnavailable(gettext("What answers at OPENSEARCH_URL is no OpenSearch."))
    return content[part]


def _require(answer: Answer) -> Json:
    if answer.status >= 400:
        error = answer.content.get("error")
        reason = error.get("reason") if isinstance(error, dict) else error
        raise SearchUnavailable(
            gettext("OpenSearch refuses a request (%(status)s): %(reason)s")
            % {"status": answer.status, "reason": reason}
        )
    return answer.content


def _search(body: Json, *, count: int | bool = False) -> Json:
    asked = {"_source": False, "track_total_hits": count, **body}
    found: Json = _answered(_send("POST", f"/{_name()}/_search", asked), "hits")
    return found


def _bulk(lines: list[Json], options: str, *, seconds: float, is_needed: bool = False) -> None:
    """`is_needed`: its target must be there."""
    body = b"".join(orjson.dumps(line) + b"\n" for line in lines)
    answer = opensearch_server().send(
        "POST", f"/_bulk?{options}", body, seconds=seconds, is_lines=True
    )
    harmless = (_OUT_OF_DATE,) if is_needed else (_OUT_OF_DATE, _MISSING)
    for item in _part_of(_require(answer), "items"):
        (done,) = item.values()
        if done["status"] >= 400 and done["status"] not in harmless:
            raise SearchUnavailable(
                gettext("OpenSearch refuses an entry: %(reason)s") % {"reason": done.get("error")}
            )


def _list_indexes() -> dict[str, list[str]]:
    """The store's, with their aliases."""
    answer = _send("GET", f"/{_name()}-*/_alias")
    found = {} if answer.status == _MISSING else _require(answer)
    return {index: list(_part_of(one, "aliases")) for index, one in found.items()}


def _switch(new: str, old: list[str]) -> None:
    """One change of the cluster's state: no search sees none or both."""
    name = _name()
    actions: list[Json] = [{"remove_index": {"index": index}} for index in old]
    actions += [
        {"add": {"index": new, "alias": name}},
        {"remove": {"index": new, "alias": f"{name}-new"}},
    ]
    _require(_send("POST", "/_aliases", {"actions": actions}, seconds=REBUILD_SECONDS))


def _put(row: Entry, target: str) -> tuple[Json, Json]:
    version = {"version": row.version, "version_type": "external_gte"}
    return {"index": {"_index": target, "_id": row.pk, **version}}, {
        "id": row.pk,
        "status": row.status,
        "title": row.title,
        "slug": row.slug,
        "position": row.position,
        "title_key": row.title_key,
        "prices": row.prices,
        "is_available": row.is_available,
        "labels": row.labels.split(LABEL_END) if row.labels else [],
        "terms": row.terms.split(),
    }


# Queries


def _matching(query: Query, understood: Understood | None) -> Json:
    return {"bool": {"filter": _filters(query, understood)}}


def _filters(query: Query, understood: Understood | None) -> list[Json]:
    filters: list[Json] = []
    if query.status is not None:
        filters.append({"term": {"status": query.status}})
    condition = condition_of(query, understood)
    if condition is not None:
        filters.append(_written(condition))
    if query.is_available:
        filters.append({"term": {"is_available": True}})
    limits = query.price_limits("gte", "lte")
    price = f"prices.{query.currency}"
    if limits:
        filters.append({"range": {price: limits}})
    elif query.is_priced:
        filters.append({"exists": {"field": price}})
    return filters


def _filtered_by_labels(query: Query, *, without: str | None) -> Json:
    chosen = replace(query, categories=())
    condition = condition_of(chosen, None, without=without)
    return _written(condition) if condition is not None else {"match_all": {}}


def _written(condition: Condition) -> Json:
    if isinstance(condition, Term):
        token = condition.token
        return (
            {"prefix": {"terms": token}} if condition.is_beginning else {"term": {"terms": token}}
        )
    if isinstance(condition, All):
        return {"bool": {"filter": [_written(part) for part in condition.parts]}}
    whole = [p.token for p in condition.parts if isinstance(p, Term) and not p.is_beginning]
    others = [p for p in condition.parts if not isinstance(p, Term) or p.is_beginning]
    parts = [_written(part) for part in others]
    if whole:
        parts.append({"terms": {"terms": whole}})
    return {"bool": {"should": parts, "minimum_should_match": 1}}


def _sorted(query: Query, understood: Understood | None, sort: str, *, backwards: bool) -> Json:
    field, falls, ids_fall = ORDERS[sort]
    asked = replace(query, is_priced=query.is_priced or sort in PRICE_SORTS)
    found: Json = {"bool": {"filter": _filters(asked, understood)}}
    by_id = {"id": _direction(ids_fall != backwards)}
    if field == "id":
        return {"query": found, "sort": [by_id]}
    direction = _direction(falls != backwards)
    if sort == RELEVANCE:
        if understood is not None:
            found["bool"]["should"] = [_ranked(understood)]
        score = {"_score": _direction(not backwards)}
        return {"query": found, "sort": [score, {"position": direction}, by_id]}
    if field == "price":
        by_price = {"order": direction, "unmapped_type": "long"}
        return {"query": found, "sort": [{f"prices.{query.currency}": by_price}, by_id]}
    return {"query": found, "sort": [{field: direction}, by_id]}


def _direction(falls: bool) -> str:
    return "desc" if falls else "asc"


def _ranked(understood: Understood) -> Json:
    """The best rank has the highest score; without any it is 0."""
    scored = [
        {"constant_score": {"filter": _written(condition), "boost": len(understood.ranks) - number}}
        for number, condition in enumerate(understood.ranks)
    ]
    return {"dis_max": {"queries": scored}}


def _sorted_by(place: Place, understood: Understood | None, sort: str) -> list[Any]:
    value, key = place
    if sort == "newest":
        return [key]
    if sort != RELEVANCE or not isinstance(value, int):
        return [value, key]
    rank, position = divmod(value + RANK_STEP // 2, RANK_STEP)
    return [_worst(understood) - rank, position - RANK_STEP // 2, key]


def _place_of(values: list[Any], understood: Understood | None, sort: str) -> Place:
    if sort == "newest":
        return None, values[0]
    if sort != RELEVANCE:
        return values[0], values[1]
    score, position, key = values
    return (_worst(understood) - round(score)) * RANK_STEP + position, key


def _worst(understood: Understood | None) -> int:
    return len(understood.ranks) if understood is not None else 0
