from django.db import migrations


class Migration(migrations.Migration):
    """What the outbox holds has a name for people; no statement in any database."""

    dependencies = [("events", "0004_audit_add_door")]

    operations = [
        migrations.AlterModelOptions(
            name="outboxmessage",
            options={
                "ordering": ["id"],
                "verbose_name": "background task",
                "verbose_name_plural": "background tasks",
            },
        ),
    ]
