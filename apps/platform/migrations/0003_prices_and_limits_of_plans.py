"""Prices of plans become rows, one per currency; new limits of plans.

The columns of a plan's only price stay in the table, with a default, while code of the release before runs beside this one.
Subscriptions keep what was agreed: the new limits are unlimited for them until their plan changes.
"""

import django.db.models.deletion
from django.db import migrations, models

import apps.common.ids

# code: staff accounts, stores per owner, custom domains, kinds of database (empty: every one)
LIMITS = {
    "free": (2, 1, 1, "shared"),
    "starter": (5, 2, 2, "shared"),
    "professional": (25, 10, 10, ""),
}
FILL_LIMITS = [
    (
        "UPDATE platform_plan SET max_staff_accounts = %s, max_stores_per_owner = %s, max_custom_domains = %s, "
        "placements = %s WHERE code = %s",
        [*values, code],
    )
    for code, values in LIMITS.items()
]
COPY_PRICES = (
    "INSERT INTO platform_planprice (id, plan_id, currency, monthly_minor, annual_minor) "
    "SELECT gen_random_uuid(), id, currency, price_monthly_minor, price_annual_minor FROM platform_plan"
)
OLD_PRICE = ("price_monthly_minor", "price_annual_minor", "currency")


def _limits(model):
    numbers = {
        "max_custom_domains": "custom domains",
        "max_staff_accounts": "staff accounts",
        "max_stores_per_owner": "stores per owner",
    }
    for name, words in numbers.items():
        field = models.PositiveIntegerField(blank=True, null=True, verbose_name=words)
        yield migrations.AddField(model_name=model, name=name, field=field)
    kinds = models.CharField(
        blank=True, db_default="", default="", max_length=200, verbose_name="kinds of database"
    )
    yield migrations.AddField(model_name=model, name="placements", field=kinds)


class Migration(migrations.Migration):
    dependencies = [("platform", "0002_integrations")]

    operations = [
        *_limits("plan"),
        *_limits("subscription"),
        migrations.CreateModel(
            name="PlanPrice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.common.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("monthly_minor", models.PositiveBigIntegerField(verbose_name="price a month")),
                ("annual_minor", models.PositiveBigIntegerField(verbose_name="price a year")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="prices",
                        to="platform.plan",
                        verbose_name="plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "price of a plan",
                "verbose_name_plural": "prices of plans",
                "ordering": ["plan__position", "plan__code", "currency"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "currency"), name="platform_plan_price_one_a_currency"
                    )
                ],
            },
        ),
        migrations.RunSQL([COPY_PRICES, *FILL_LIMITS], migrations.RunSQL.noop),
        migrations.AlterField(
            "plan", "price_monthly_minor", models.PositiveBigIntegerField(db_default=0)
        ),
        migrations.AlterField(
            "plan", "price_annual_minor", models.PositiveBigIntegerField(db_default=0)
        ),
        migrations.AlterField(
            "plan", "currency", models.CharField(db_default="USD", max_length=3)
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField("plan", name) for name in OLD_PRICE]
        ),
    ]
