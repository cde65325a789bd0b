from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("catalog", "0002_variant_image")]

    operations = [
        migrations.AddField(
            model_name="product",
            name="hsn_code",
            field=models.CharField(blank=True, default="", max_length=10),
        ),
    ]
