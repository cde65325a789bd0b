"""The provisioning API spells its fields `storeId`; services spell them `store_id`."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from apps.common.errors import DomainError


@contextmanager
def camel_case_errors() -> Iterator[None]:
    """Name the fields of an error as the request named them."""
    try:
        yield
    except DomainError as error:
        error.fields = {camel_case(name): texts for name, texts in error.fields.items()}
        raise


def camel_case(name: str) -> str:
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name)
