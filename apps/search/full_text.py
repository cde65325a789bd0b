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
WORDS: Final = {
    "postgresql": ["CREATE INDEX search_word_trigrams ON search_word USING gin (id gin_trgm_ops)"],
    "mysql": [],
}
UNDONE: Final = {
    "postgresql": [
        "DROP INDEX search_word_trigrams",
        f"ALTER TABLE search_entry DROP COLUMN {VECTOR}",
    ],
    "mysql": ["ALTER TABLE search_entry DROP INDEX search_entry_terms"],
}
