from django.db import migrations

from apps.events.append_only import Definitions, PerVendor


class Migration(migrations.Migration):
    """What finds terms: a generated `tsvector` on PostgreSQL, FULLTEXT on MariaDB and MySQL; trigrams for parts of words."""

    dependencies = [('search', '0001_initial')]

    operations = [
        PerVendor(
            postgresql=Definitions(
                [
                    'ALTER TABLE search_entry ADD COLUMN terms_vector tsvector GENERATED ALWAYS AS (terms::tsvector) STORED',
                    'CREATE INDEX search_entry_terms ON search_entry USING gin (terms_vector) WITH (fastupdate = off)',
                    'CREATE INDEX search_word_trigrams ON search_word USING gin (id gin_trgm_ops)',
                ],
                [
                    'DROP INDEX search_word_trigrams',
                    'ALTER TABLE search_entry DROP COLUMN terms_vector',
                ],
            ),
            mysql=Definitions(
                ['ALTER TABLE search_entry ADD FULLTEXT INDEX search_entry_terms (terms)'],
                ['ALTER TABLE search_entry DROP INDEX search_entry_terms'],
            ),
        ),
    ]
