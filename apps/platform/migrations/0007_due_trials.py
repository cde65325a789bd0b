"""Trials that run end as agreed. Trials that have ended, which no clock has noticed, are running subscriptions. Neither they
nor those that were active before are billed until staff begin it (`manage.py subscription SLUG start`), so no shop is suspended
because of the upgrade."""

from django.db import migrations

ENDED = "status = 'trial' AND (trial_ends_at IS NULL OR trial_ends_at <= now())"
STATEMENTS = [
    "UPDATE platform_store SET subscription_status = 'active' WHERE subscription_status = 'trial' AND id IN "
    f"(SELECT store_id FROM platform_subscription WHERE {ENDED})",
    f"UPDATE platform_subscription SET status = 'active' WHERE {ENDED}",
    "UPDATE platform_subscription SET due_at = now() WHERE status = 'trial'",
]


class Migration(migrations.Migration):
    dependencies = [("platform", "0006_subscription_steps")]

    operations = [migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop)]
