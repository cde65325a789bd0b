from decimal import Decimal

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    """Rates are exact to a ten-thousandth of a percent; shipping is taxed by a rule of the store.

    Stores that taxed shipping at their standard rate go on doing so, but for India's, where it bears the rate of the
    goods.
    """

    dependencies = [("pricing", "0002_region_codes")]

    operations = [
        migrations.AddField(
            model_name="taxrate",
            name="percent",
            field=models.DecimalField(
                decimal_places=4,
                default=0,
                max_digits=7,
                validators=[
                    django.core.validators.MinValueValidator(Decimal("0")),
                    django.core.validators.MaxValueValidator(Decimal("100")),
                ],
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(
            "UPDATE pricing_taxrate SET percent = rate_bp / 100.0",
            migrations.RunSQL.noop,
            hints={"home": "store"},
        ),
        migrations.RemoveConstraint(model_name="taxrate", name="tax_rate_at_most_whole"),
        migrations.RemoveField(model_name="taxrate", name="rate_bp"),
        migrations.AddConstraint(
            model_name="taxrate",
            constraint=models.CheckConstraint(
                condition=models.Q(percent__gte=0) & models.Q(percent__lte=100),
                name="tax_rate_percent",
            ),
        ),
        migrations.AddField(
            model_name="taxsettings",
            name="shipping_tax",
            field=models.CharField(
                choices=[
                    ("highest", "As the goods: the highest rate among them"),
                    ("pro_rata", "As the goods: in proportion to what they cost"),
                    ("class", "Always at the rate of one tax class"),
                    ("none", "Not taxed"),
                ],
                db_default="highest",
                default="highest",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="taxsettings",
            name="shipping_tax_class",
            field=models.CharField(
                blank=True, db_default="standard", default="standard", max_length=30
            ),
        ),
        migrations.AddField(
            model_name="taxsettings",
            name="tax_number",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.RunSQL(
            "UPDATE pricing_taxsettings SET shipping_tax = "
            "CASE WHEN NOT tax_shipping THEN 'none' WHEN origin_country = 'IN' THEN 'highest' ELSE 'class' END",
            migrations.RunSQL.noop,
            hints={"home": "store"},
        ),
        migrations.RemoveField(model_name="taxsettings", name="tax_shipping"),
    ]
