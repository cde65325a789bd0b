from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="category",
            index=models.Index(fields=["store", "parent_id"], name="category_by_parent"),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(fields=["store", "category_ids"], name="product_in_category"),
        ),
    ]
