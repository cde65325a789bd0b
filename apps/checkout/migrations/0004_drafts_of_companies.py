from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkout", "0003_cart_reminders")]

    operations = [
        migrations.AddField(
            model_name="draftorder",
            name="company",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.AddField(
            model_name="draftorder",
            name="tax_number",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The buyer's GSTIN, VAT ID or the like.",
                max_length=24,
            ),
        ),
        migrations.AddField(
            model_name="draftorder",
            name="codes",
            field=models.JSONField(
                blank=True, default=list, help_text="Coupon codes that the buyer gets.", null=True
            ),
        ),
    ]
