#!/bin/sh
# One would guess: `transaction.on_commit(functools.partial(f, x), robust=True)` runs after the commit, and where it fails, the error
# is logged, because that is what `robust` promises; `partial` is what Django's own documentation shows for `on_commit`.
#
# Django 5.2.19: a partial that succeeds is fine. One that raises is logged by its `__qualname__`, which a partial has not, so
# `AttributeError: 'functools.partial' object has no attribute '__qualname__'` leaves `atomic()` after the commit: the caller takes
# what was stored for failed, and the functions behind it in the queue are never called.
#
# Polystore registers plain functions (`apps/inventory/services/selling_out.py`).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check django==5.2.19
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from functools import partial
from importlib.metadata import version

from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}, LOGGING_CONFIG=None
)

import logging

import django

logging.disable(logging.CRITICAL)
django.setup()

from django.db import transaction

called = []


def fail(what):
    raise ValueError(what)


def outcome(function):
    called.clear()
    try:
        with transaction.atomic():
            transaction.on_commit(function, robust=True)
            transaction.on_commit(lambda: called.append("the next one"), robust=True)
    except Exception as error:
        return f"{type(error).__name__}: {error}", list(called)
    return "no error", list(called)


plain = outcome(lambda: fail("x"))
bound = outcome(partial(fail, "x"))
print("django", version("django"))
print("a function:", plain)
print("a partial: ", bound)
assert plain == ("no error", ["the next one"]), plain
assert bound[0].startswith("AttributeError") and bound[1] == [], bound
PYTHON
