from django.db import migrations


class Migration(migrations.Migration):
    """What gateways send has a name for people; no statement in any database."""

    dependencies = [("payments", "0005_payment_words")]

    operations = [
        migrations.AlterModelOptions(
            name="gatewayevent",
            options={
                "ordering": ["-received_at"],
                "verbose_name": "message from a bank",
                "verbose_name_plural": "messages from banks",
            },
        ),
    ]
