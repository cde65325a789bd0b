"""Every object of a store's schema, as PostgreSQL's catalog has it."""

from typing import Any

from django.db import connections

from apps.tenancy.context import use_store

CATALOG = {
    "tables": """
        SELECT c.relname, c.relkind::text, c.relpersistence::text, c.relrowsecurity, c.relforcerowsecurity
        FROM pg_class c WHERE c.relnamespace = %(schema)s::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')""",
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity::text,
               a.attgenerated::text, pg_get_expr(d.adbin, d.adrelid), coalesce(l.collname, ''), a.attnum
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        LEFT JOIN pg_collation l ON l.oid = a.attcollation
        WHERE c.relnamespace = %(schema)s::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped""",
    "indexes": """
        SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = %(schema)s""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, contype::text, condeferrable, condeferred, convalidated,
               pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = %(schema)s::regnamespace""",
    "sequences": """
        SELECT sequencename, data_type::text, start_value, increment_by, max_value, cache_size, cycle, last_value
        FROM pg_sequences WHERE schemaname = %(schema)s""",
    "triggers": """
        SELECT c.relname, t.tgname, t.tgenabled::text, pg_get_triggerdef(t.oid)
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE c.relnamespace = %(schema)s::regnamespace AND NOT t.tgisinternal""",
    "functions": """
        SELECT p.proname, pg_get_functiondef(p.oid)
        FROM pg_proc p WHERE p.pronamespace = %(schema)s::regnamespace""",
    "types": """
        SELECT t.typname, t.typtype::text
        FROM pg_type t WHERE t.typnamespace = %(schema)s::regnamespace AND t.typtype IN ('e', 'd')""",
}


def read_catalog(store: Any) -> Any:
    """Every object of the store's schema, with the schema's own name taken out of the definitions."""
    found = {}
    with use_store(store), connections["default"].cursor() as cursor:
        for kind, query in CATALOG.items():
            cursor.execute(query, {"schema": store.schema})
            found[kind] = {
                tuple(str(value).replace(f"{store.schema}.", "") for value in row)
                for row in cursor.fetchall()
            }
    return found
