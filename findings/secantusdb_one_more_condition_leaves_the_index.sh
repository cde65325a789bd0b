#!/bin/sh
# One would guess: a condition more on a field outside the index costs nothing; the index finds the one document, the condition
# is checked on it. So MongoDB does.
#
# SecantusDB 0.7.0b3, the embedded documents server: with a unique index on (store, ref) a query by both examines 1 document.
# With one more equality, or one more range, it examines all 500. An index on (store, ref, version) brings it back to 1.
#
# Polystore writes the state of an order only over an older version, and has the longer index for that
# (`apps/integrations/documents.py`).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --pre secantusdb==0.7.0b3 pymongo==4.20.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from pymongo import MongoClient
from secantus import SecantusDBServer

one = {"store": "a", "ref": "r7"}
asked = {"both": one, "equality": {**one, "version": "1"}, "range": {**one, "version": {"$lte": "2"}}}

with SecantusDBServer(storage_path=":memory:") as server:
    orders = MongoClient(server.uri).shop.orders
    orders.create_index([("store", 1), ("ref", 1)], unique=True)
    orders.insert_many([{"store": "a", "ref": f"r{n}", "version": "1"} for n in range(500)])

    def examined():
        return {name: orders.find(query).explain()["executionStats"]["totalDocsExamined"] for name, query in asked.items()}

    short = examined()
    orders.create_index([("store", 1), ("ref", 1), ("version", 1)])
    long = examined()

print("secantusdb", version("secantusdb"))
print("documents examined, index of two fields:  ", short)
print("documents examined, index of three fields:", long)
assert short == {"both": 1, "equality": 500, "range": 500}, short
assert long == {"both": 1, "equality": 1, "range": 1}, long
PYTHON
