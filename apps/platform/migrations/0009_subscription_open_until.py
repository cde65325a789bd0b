from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("platform", "0008_usage_of_days"),
    ]

    operations = [
        migrations.AddField(
            model_name="subscription",
            name="open_until",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
