from django.db import migrations, models


class Migration(migrations.Migration):
    """Before a picture is deleted, the lines that show it are looked for."""

    dependencies = [("orders", "0007_order_taxes_exactly")]

    operations = [
        migrations.AddIndex(
            model_name="orderline",
            index=models.Index(fields=["image_url"], name="order_line_image"),
        ),
    ]
