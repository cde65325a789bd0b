from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0003_confirmation_codes")]

    operations = [
        migrations.AddField(
            model_name="shipment",
            name="received_by",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="Who took it in.", max_length=120
            ),
        ),
        migrations.AddField(
            model_name="shipment",
            name="proof_photo",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Signature or photo of the delivery, in the store's private files.",
                max_length=200,
            ),
        ),
    ]
