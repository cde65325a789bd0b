"""A small OpenSearch: keeps indexes, aliases and versions as docs.opensearch.org describes them, and refuses what it does
not know. Written entries are found after a refresh. `requests` has what was asked."""

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]


class Refused(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


@dataclass
class Index:
    properties: Json
    window: int
    documents: dict[str, tuple[int, Json]] = field(default_factory=dict)
    found: dict[str, Json] = field(default_factory=dict)
    deleted: dict[str, int] = field(default_factory=dict)

    def refresh(self) -> None:
        self.found = {key: source for key, (_version, source) in self.documents.items()}

    def write(self, key: str, version: int, source: Json) -> int:
        """`external_gte`: refused when a newer one is or was there."""
        there = self.documents[key][0] if key in self.documents else self.deleted.get(key, -1)
        if version < there:
            return 409
        unknown = source.keys() - self.properties.keys()
        if unknown:
            raise Refused(400, f"not mapped: {unknown}")
        self.documents[key] = (version, source)
        return 200 if there >= 0 else 201

    def delete(self, key: str) -> int:
        if key not in self.documents:
            return 404
        version, _source = self.documents.pop(key)
        self.deleted[key] = version + 1
        return 200

    def kind_of(self, name: str, *, sorted_by: bool = False) -> Json:
        first, _, rest = name.partition(".")
        kind: Json = self.properties.get(first, {})
        if rest:
            assert kind.get("dynamic") is True, name
            return {"type": "long"}
        if not kind or kind.get("index") is False or (sorted_by and not kind.get("doc_values", 1)):
            raise Refused(400, f"[{name}] can't be used so")
        return kind

    def values(self, name: str, source: Json) -> list[Any]:
        self.kind_of(name)
        value: Any = source
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value if isinstance(value, list) else [] if value is None else [value]

    def score(self, query: Json, source: Json) -> float | None:
        """None where it does not match. Clauses in a filter count nothing."""
        ((kind, body),) = query.items()
        if kind == "match_all":
            return 1.0
        if kind == "bool":
            return self._score_bool(dict(body), source)
        if kind == "dis_max":
            scores = [self.score(one, source) for one in body["queries"]]
            return max((score for score in scores if score is not None), default=None)
        if kind == "constant_score":
            return body["boost"] if self.score(body["filter"], source) is not None else None
        if kind == "exists":
            return 1.0 if self.values(body["field"], source) else None
        ((name, wanted),) = body.items()
        tests = {
            "term": lambda value: value == wanted,
            "terms": lambda value: value in wanted,
            "prefix": lambda value: value.startswith(wanted),
            "range": lambda value: wanted.get("gte", value) <= value <= wanted.get("lte", value),
        }
        if kind not in tests:
            raise Refused(400, f"unknown query [{kind}]")
        return 1.0 if any(map(tests[kind], self.values(name, source))) else None

    def _score_bool(self, body: Json, source: Json) -> float | None:
        filters, should = body.pop("filter", []), body.pop("should", [])
        needed = body.pop("minimum_should_match", 0 if filters else 1 if should else 0)
        assert not body, body
        if any(self.score(one, source) is None for one in filters):
            return None
        scores = [self.score(one, source) for one in should]
        matching = [score for score in scores if score is not None]
        return sum(matching) if len(matching) >= needed else None


class OpenSearch:
    """Its state. `is_silent`: every request is answered 503."""

    def __init__(self) -> None:
        self.indexes: dict[str, Index] = {}
        self.aliases: dict[str, set[str]] = {}
        self.requests: list[tuple[str, str, Any]] = []
        self.is_silent = False
        self.url = ""
        self._lock = threading.Lock()

    def answer(self, method: str, address: str, body: bytes) -> tuple[int, Any]:
        parts = urlsplit(address)
        options = {key: values[0] for key, values in parse_qs(parts.query).items()}
        lines = [json.loads(line) for line in body.splitlines()]
        with self._lock:
            self.requests.append((method, parts.path, lines))
            if self.is_silent:
                return 503, {"error": "silent"}
            try:
                return self._route(method, parts.path.strip("/").split("/"), options, lines)
            except Refused as refused:
                return refused.status, {"error": {"reason": refused.reason}}

    def _route(self, method: str, path: list[str], options: Json, lines: list[Any]) -> Any:
        match method, path:
            case "GET", [""]:
                return 200, {"version": {"distribution": "opensearch", "number": "3.3.2"}}
            case "PUT", [name]:
                return 200, self._create(name, lines[0])
            case "DELETE", [name] if "*" not in name:
                return 200, self._delete(name)
            case "HEAD", ["_alias", alias]:
                return (200 if self.aliases.get(alias) else 404), None
            case "GET", [pattern, "_alias"]:
                return 200, self._list(pattern)
            case "POST", ["_aliases"]:
                return 200, self._change_aliases(lines[0]["actions"])
            case "POST", [name, "_refresh"]:
                self._one(name).refresh()
                return 200, {}
            case "POST", ["_bulk"]:
                return 200, {"items": list(self._bulk(lines, options))}
            case "POST", [name, "_search"]:
                return 200, self._search(self._one(name), lines[0])
        raise Refused(400, f"no handler found for {method} {path}")

    def _one(self, name: str) -> Index:
        names = self.aliases.get(name) or {name}
        if len(names) != 1 or not names <= self.indexes.keys():
            raise Refused(404, f"no such index [{name}]")
        return self.indexes[next(iter(names))]

    def _create(self, name: str, body: Json) -> Json:
        if name in self.indexes or name in self.aliases or not re.fullmatch("[a-z0-9-]+", name):
            raise Refused(400, f"index [{name}] can't be made")
        mappings, settings = body["mappings"], body["settings"]
        assert mappings["dynamic"] is False
        self.indexes[name] = Index(mappings["properties"], settings["max_result_window"])
        for alias in body.get("aliases", {}):
            self.aliases.setdefault(alias, set()).add(name)
        return {"acknowledged": True}

    def _delete(self, name: str) -> Json:
        if name not in self.indexes:
            raise Refused(404, f"no such index [{name}]")
        del self.indexes[name]
        for alias, names in list(self.aliases.items()):
            names.discard(name)
            if not names:
                del self.aliases[alias]
        return {"acknowledged": True}

    def _list(self, pattern: str) -> Json:
        return {
            name: {"aliases": {alias: {} for alias, names in self.aliases.items() if name in names}}
            for name in self.indexes
            if fnmatchcase(name, pattern)
        }

    def _change_aliases(self, actions: list[Json]) -> Json:
        for action in actions:
            ((verb, body),) = action.items()
            if body["index"] not in self.indexes:
                raise Refused(404, f"no such index [{body['index']}]")
            if verb == "remove_index":
                self._delete(body["index"])
            elif verb == "add":
                self.aliases.setdefault(body["alias"], set()).add(body["index"])
            elif verb == "remove":
                self.aliases[body["alias"]].discard(body["index"])
                if not self.aliases[body["alias"]]:
                    del self.aliases[body["alias"]]
            else:
                raise Refused(400, verb)
        return {"acknowledged": True}

    def _bulk(self, lines: list[Json], options: Json) -> Iterator[Json]:
        at, touched = 0, set()
        while at < len(lines):
            ((verb, action),) = lines[at].items()
            source = lines[at + 1] if verb == "index" else None
            at += 1 if source is None else 2
            name = action["_index"]
            is_alias = name in self.aliases
            if not is_alias and (
                options.get("require_alias") == "true" or name not in self.indexes
            ):
                yield {verb: {"status": 404, "error": {"type": "index_not_found_exception"}}}
                continue
            index = self._one(name)
            touched.add(name)
            if source is None:
                yield {verb: {"status": index.delete(action["_id"])}}
            else:
                assert action["version_type"] == "external_gte"
                yield {verb: {"status": index.write(action["_id"], action["version"], source)}}
        if options.get("refresh") == "true":
            for name in touched:
                self._one(name).refresh()

    def _search(self, index: Index, body: Json) -> Json:
        known = {
            "query",
            "size",
            "from",
            "sort",
            "search_after",
            "aggs",
            "_source",
            "track_total_hits",
        }
        if body.keys() - known:
            raise Refused(400, f"unknown keys {body.keys() - known}")
        if body.get("from", 0) + body["size"] > index.window:
            raise Refused(400, "Result window is too large")
        scored = [
            (score, key, source)
            for key, source in index.found.items()
            if (score := index.score(body["query"], source)) is not None
        ]
        answer: Json = {"aggregations": _aggregated(index, body.get("aggs", {}), scored)}
        hits = self._sorted(index, scored, body)
        start = body.get("from", 0)
        answer["hits"] = {"hits": hits[start : start + body["size"]]}
        most = body.get("track_total_hits")
        if most:
            relation = "gte" if len(scored) > most else "eq"
            answer["hits"]["total"] = {"value": min(len(scored), most), "relation": relation}
        return answer

    def _sorted(self, index: Index, scored: list[Any], body: Json) -> list[Json]:
        names, falling = [], []
        for one in body.get("sort", []):
            ((name, how),) = one.items()
            if name != "_score":
                index.kind_of(name, sorted_by=True)
            names.append(name)
            falling.append((how["order"] if isinstance(how, dict) else how) == "desc")
        hits = []
        for score, key, source in scored:
            values = [score if n == "_score" else index.values(n, source)[0] for n in names]
            hit = {"_id": key, "sort": values}
            shown = body.get("_source")
            hits.append(hit | ({"_source": {n: source[n] for n in shown}} if shown else {}))
        for at in reversed(range(len(names))):
            hits.sort(key=lambda hit: hit["sort"][at], reverse=falling[at])
        after = body.get("search_after")
        return hits if after is None else [h for h in hits if _is_behind(h["sort"], after, falling)]


def _is_behind(values: list[Any], after: list[Any], falling: list[bool]) -> bool:
    for value, limit, falls in zip(values, after, falling, strict=True):
        if value != limit:
            return bool(value < limit) if falls else bool(value > limit)
    return False


def _aggregated(index: Index, wanted: Json, scored: list[Any]) -> Json:
    found: Json = {}
    for name, body in wanted.items():
        inner = body.get("aggs", {})
        if "terms" in body:
            index.kind_of(body["terms"]["field"], sorted_by=True)
            counts = Counter(
                value
                for _score, _key, source in scored
                for value in set(index.values(body["terms"]["field"], source))
            )
            most = counts.most_common(body["terms"]["size"])
            found[name] = {"buckets": [{"key": key, "doc_count": n} for key, n in most]}
        else:
            kept = [one for one in scored if index.score(body["filter"], one[2]) is not None]
            found[name] = {"doc_count": len(kept), **_aggregated(index, inner, kept)}
    return found


@contextmanager
def running_opensearch() -> Iterator[OpenSearch]:
    state = OpenSearch()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = (
            True  # head and body are sent by themselves: 40 ms for each answer
        )

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, content = state.answer(self.command, self.path, body)
            written = b"" if content is None else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _answer

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
