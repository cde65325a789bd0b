from django.db import migrations, models

import apps.common.clock
import apps.common.ids


class Migration(migrations.Migration):
    """Stores have pages of words: shipping, returns, privacy and the like."""

    dependencies = [("content", "0002_theme_add_latin_addresses")]

    operations = [
        migrations.CreateModel(
            name="Page",
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
                ("title", models.CharField(max_length=120)),
                (
                    "slug",
                    models.SlugField(
                        allow_unicode=True,
                        db_index=False,
                        max_length=120,
                        unique=True,
                        verbose_name="address",
                    ),
                ),
                ("body", models.TextField(blank=True)),
                (
                    "description",
                    models.CharField(
                        blank=True,
                        help_text="For search engines. Empty: the beginning of the text.",
                        max_length=300,
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("about", "About us"),
                            ("contact", "Contact"),
                            ("shipping", "Shipping"),
                            ("returns", "Returns and refunds"),
                            ("privacy", "Privacy"),
                            ("terms", "Terms"),
                            ("grievance", "Grievance officer"),
                            ("other", "Something else"),
                        ],
                        default="other",
                        max_length=12,
                    ),
                ),
                ("is_published", models.BooleanField(default=False, verbose_name="published")),
                (
                    "in_footer",
                    models.BooleanField(
                        default=True,
                        help_text="At the foot of every page, once it is published.",
                        verbose_name="in the footer",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "created_at",
                    models.DateTimeField(default=apps.common.clock.now, editable=False),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={"ordering": ["position", "title", "id"]},
        ),
    ]
