from django.db import migrations, models

import apps.accounts.models
import apps.common.ids
from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):
    """Customers are a list of their own, and staff write notes about them that only staff read."""

    dependencies = [("accounts", "0004_user_gets_order_mails")]

    operations = [
        migrations.AlterModelOptions(
            name="user",
            options={
                "ordering": ("-created_at",),
                "verbose_name": "staff member",
                "verbose_name_plural": "staff",
            },
        ),
        migrations.CreateModel(
            name="Customer",
            fields=[],
            options={
                "verbose_name": "customer",
                "verbose_name_plural": "customers",
                "ordering": ("-created_at",),
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("accounts.user",),
        ),
        migrations.CreateModel(
            name="CustomerNote",
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
                (
                    "email",
                    apps.accounts.models.LowerCaseEmailField(db_index=True, max_length=254),
                ),
                ("text", models.TextField()),
                ("author", models.CharField(max_length=254)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={"ordering": ("-created_at", "-id")},
        ),
        hide_rows("accounts_customernote"),
    ]
