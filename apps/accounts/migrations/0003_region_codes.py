from django.db import migrations

from apps.common.addresses.rewriting import region_code_sql


class Migration(migrations.Migration):
    """States of saved addresses by their code: `KA` for `Karnataka`.

    The statement is a list of one: Django splits a plain text by sqlparse, which refuses this many tokens.
    """

    dependencies = [("accounts", "0002_guard_rows")]

    operations = [
        migrations.RunSQL(
            [
                f"UPDATE accounts_address SET region = {region_code_sql(country='country', region='region')} "
                "WHERE region <> ''"
            ],
            migrations.RunSQL.noop,
        ),
    ]
