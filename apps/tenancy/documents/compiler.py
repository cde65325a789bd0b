"""django-mongodb-backend's compilers with our `MongoQuery`, and one that changes a single document."""

from django_mongodb_backend import compiler

from apps.tenancy.documents.pipelines import Mql
from apps.tenancy.documents.query import MongoQuery


class SQLCompiler(compiler.SQLCompiler):  # type: ignore[misc]
    query_class = MongoQuery


class SQLInsertCompiler(compiler.SQLInsertCompiler):  # type: ignore[misc]
    query_class = MongoQuery


class SQLDeleteCompiler(compiler.SQLDeleteCompiler):  # type: ignore[misc]
    query_class = MongoQuery


class SQLUpdateCompiler(compiler.SQLUpdateCompiler):  # type: ignore[misc]
    query_class = MongoQuery


class SQLAggregateCompiler(compiler.SQLAggregateCompiler):  # type: ignore[misc]
    query_class = MongoQuery


class SingleUpdateCompiler(SQLUpdateCompiler):
    """Changes at most one document. Unlike an update of many, PyMongo repeats it after a lost connection."""

    def update(self, criteria: Mql, pipeline: list[Mql]) -> int:
        return int(self.collection.update_one(criteria, pipeline).matched_count)
