from django.db import migrations

from apps.events.append_only import Definitions, PerVendor
from apps.search.full_text import ENTRIES, UNDONE, WORDS


def _made(vendor: str) -> Definitions:
    return Definitions([*ENTRIES[vendor], *WORDS[vendor]], UNDONE[vendor])


class Migration(migrations.Migration):
    """What finds terms: a generated `tsvector` on PostgreSQL, FULLTEXT on MariaDB and MySQL; trigrams for parts of words."""

    dependencies = [('search', '0001_initial')]

    operations = [PerVendor(postgresql=_made('postgresql'), mysql=_made('mysql'))]
