"""What finds terms and parts of words, in the words of each database: made by a migration, printed by `extract_schema`."""

from typing import Final

# PostgreSQL's own column beside the portable one.
VECTOR: Final = "terms_vector"
ENTRIES: Final = {
    "postgresql": [
        f"ALTER TABLE search_entry ADD COLUMN {VECTOR} tsvector GENERATED ALWAYS AS (terms::tsvector) STORED",
        f"CREATE INDEX search_entry_terms ON search_entry USING gin ({VECTOR}) WITH (gin_pending_list_limit = 512)",
    ],
    "mysql": ["ALTER TABLE search_entry ADD FULLTEXT INDEX search_entry_terms (terms)"],
}
# Without pg_trgm, in a merchant's own database, parts of words are found by reading the table.
_TRIGRAMS: Final = """
DO $body$
BEGIN
    IF EXISTS (SELECT FROM pg_opclass WHERE opcname = 'gin_trgm_ops' AND pg_opclass_is_visible(oid)) THEN
        CREATE INDEX search_word_trigrams ON search_word USING gin (id gin_trgm_ops);
    END IF;
END
$body$
"""
WORDS: Final = {
    "postgresql": [_TRIGRAMS],
    "mysql": [],
}
UNDONE: Final = {
    "postgresql": [
        "DROP INDEX IF EXISTS search_word_trigrams",
        f"ALTER TABLE search_entry DROP COLUMN {VECTOR}",
    ],
    "mysql": ["ALTER TABLE search_entry DROP INDEX search_entry_terms"],
}
