from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inventory", "0008_names_of_consignments")]

    operations = [
        migrations.AlterField(
            model_name="stockimport",
            name="state",
            field=models.CharField(
                choices=[
                    ("checking", "being checked"),
                    ("checked", "ready to apply"),
                    ("applying", "being applied"),
                    ("done", "applied"),
                    ("discarded", "discarded"),
                    ("failed", "failed"),
                ],
                default="checking",
                max_length=10,
            ),
        )
    ]
