from django.db import migrations, models


class Migration(migrations.Migration):
    """The guarded write of an order's state walks to its one document, not over those of the store."""

    dependencies = [
        ("integrations", "0003_incidents"),
    ]

    operations = [
        migrations.AddIndex(
            model_name=model,
            index=models.Index(fields=["store", "ref", "version"], name=f"{name}_version"),
        )
        for model, name in (
            ("clickpostdevorder", "clickpost_dev_order"),
            ("clickpostorder", "clickpost_order"),
            ("easyecomorder", "easyecom_order"),
        )
    ]
