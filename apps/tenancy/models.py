"""Abstract bases of the SQL homes: keys that sort by time, and a memory of the store a row came from."""

from collections.abc import Collection
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models

from apps.common.ids import new_id
from apps.tenancy.context import current_store_or_none


class _Keyed(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True


class PlatformModel(_Keyed):
    """A row of the master database."""

    class Meta:
        abstract = True


class _Remembering(_Keyed):
    """Knows the store it was built or loaded in (`_origin`); the router refuses to save it in another."""

    _origin: UUID | str | None = None

    class Meta:
        abstract = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        store = current_store_or_none()
        if store is not None:
            self._origin = store.id

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        super().save_base(*args, **kwargs)
        if self._origin is None:
            store = current_store_or_none()
            self._origin = store.id if store is not None else "platform"


class StoreModel(_Remembering):
    """A row of the active store's database. Every write of one that pages show makes new pages."""

    shown_on_pages: ClassVar[bool] = False

    class Meta:
        abstract = True


class SharedModel(_Remembering):
    """A table in both SQL homes: the platform's rows with no store active, the store's inside one."""

    class Meta:
        abstract = True

    @classmethod
    def from_db(
        cls,
        db: str | None,
        field_names: Collection[str],
        values: Collection[Any],
        **options: Any,
    ) -> Self:
        instance = super().from_db(db, field_names, values, **options)
        if instance._origin is None:
            instance._origin = "platform"
        return instance
