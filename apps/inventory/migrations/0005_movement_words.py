from django.db import migrations, models


class Migration(migrations.Migration):
    """Kinds of movement in words of a shop."""

    dependencies = [("inventory", "0004_movement_write_off")]

    operations = [
        migrations.AlterField("movement", "kind", models.CharField(
            choices=[
                ("receive", "received"), ("adjust", "counted"), ("reserve", "held for a buyer"),
                ("release", "free again"), ("allocate", "to be sent"), ("deallocate", "not sent after all"),
                ("commit", "shipped"), ("return", "returned"), ("write_off", "written off"),
            ],
            max_length=10,
        )),
    ]
