from django.db import migrations, models


class Migration(migrations.Migration):
    """Who hears of new orders: owners, until they say otherwise."""

    dependencies = [("accounts", "0003_region_codes")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="gets_order_mails",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="For staff who may see orders.",
                verbose_name="mail on new orders",
            ),
        ),
        migrations.RunSQL(
            "UPDATE accounts_user SET gets_order_mails = TRUE WHERE role = 'owner'",
            migrations.RunSQL.noop,
        ),
    ]
