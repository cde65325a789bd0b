from django.db import migrations

from apps.common.addresses.rewriting import region_code_sql

_CODE = region_code_sql(country="country", region="region")
_ORIGIN = region_code_sql(country="origin_country", region="origin_region")


class Migration(migrations.Migration):
    """States of tax rates and of the store by their code: `KA` for `Karnataka`.

    Each statement is a list of one: Django splits a plain text by sqlparse, which refuses this many tokens.

    Where two rates were written for one state and class, both stay as they are: the one with the code counts.
    """

    dependencies = [("pricing", "0001_initial")]

    operations = [
        migrations.RunSQL(
            [f"UPDATE pricing_taxsettings SET origin_region = {_ORIGIN} WHERE origin_region <> ''"],
            migrations.RunSQL.noop,
            hints={"home": "store"},
        ),
        migrations.RunSQL(
            [
                f"UPDATE pricing_taxrate SET region = {_CODE} WHERE region <> '' AND 1 = ("
                "SELECT COUNT(*) FROM ("
                f"SELECT DISTINCT id, country AS land, tax_class AS class, {_CODE} AS code FROM pricing_taxrate"
                ") AS same WHERE same.land = pricing_taxrate.country AND same.class = pricing_taxrate.tax_class "
                f"AND same.code = {_CODE})"
            ],
            migrations.RunSQL.noop,
            hints={"home": "store"},
        ),
    ]
