#!/bin/sh
# One would guess: an index changes how fast a query is, not what it finds. MongoDB finds the same texts by a compiled pattern,
# alone or in `$in`, as by `$regex`, with and without an index.
#
# SecantusDB 0.7.0b3, the embedded documents server: without an index all three find both texts. With an index on the field a
# compiled pattern finds nothing, alone and in `$in` beside plain texts; `$regex` still finds both. No error, no warning.
#
# Polystore looks for beginnings of words by a range, `$gte` and `$lt` (`apps/search/backends/mongodb_words.py`), or by `$regex`.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --pre secantusdb==0.7.0b3 pymongo==4.20.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import re
from importlib.metadata import version

from pymongo import MongoClient
from secantus import SecantusDBServer

pattern = re.compile("^cla")
asked = {
    "$regex": {"word": {"$regex": "^cla"}},
    "pattern": {"word": pattern},
    "$in": {"word": {"$in": [pattern, "mug"]}},
}

with SecantusDBServer(storage_path=":memory:") as server:
    words = MongoClient(server.uri).shop.words
    words.insert_many([{"word": word} for word in ("clay", "clasp", "mug")])

    def found():
        return {name: sorted(one["word"] for one in words.find(query)) for name, query in asked.items()}

    without = found()
    words.create_index([("word", 1)])
    by_index = found()

print("secantusdb", version("secantusdb"))
print("without an index:", without)
print("by an index:     ", by_index)
assert without == {"$regex": ["clasp", "clay"], "pattern": ["clasp", "clay"], "$in": ["clasp", "clay", "mug"]}
assert by_index == {"$regex": ["clasp", "clay"], "pattern": [], "$in": ["mug"]}, by_index
PYTHON
