"""What the modules of this package need of a connection to the documents; `base.DatabaseWrapper` is one."""

from typing import Any, Protocol

from pymongo.database import Database


class DocumentsConnection(Protocol):
    alias: str
    queries_logged: bool
    ops: Any
    session: Any

    @property
    def unscoped_database(self) -> "Database[Any]":
        """The unscoped database, with the documents of every store."""
        ...

    def unscoped_collection(self, name: str, **options: Any) -> Any:
        """The bare collection."""
        ...

    def get_collection(self, name: str, **options: Any) -> Any:
        """The collection as the active store sees it."""
        ...
