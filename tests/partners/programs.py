"""Programs that have a key."""

from typing import Any

from apps.partners import services as partners
from apps.partners.models import ApiKey
from tests.api.shop import Api
from tests.support.acting import STAFF, seeing_all


def make_key(store: Any, *scopes: str, **fields: Any) -> tuple[ApiKey, Api]:
    """A key, and a client that sends it."""
    with seeing_all(store):
        made = partners.create_key(name="ERP", scopes=scopes, actor=STAFF, **fields)
    return made.key, with_key(store, made.text)


def with_key(store: Any, text: str) -> Api:
    return Api(store, authorization=f"Bearer {text}")
