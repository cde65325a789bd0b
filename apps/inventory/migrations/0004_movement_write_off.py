from django.db import migrations, models


class Migration(migrations.Migration):
    """Pieces that came back and can't be sold again leave the ledger with a kind of their own."""

    dependencies = [("inventory", "0003_guard_rows")]

    operations = [
        migrations.AlterField("movement", "kind", models.CharField(
            choices=[
                ("receive", "received"), ("adjust", "counted"), ("reserve", "reserved"), ("release", "released"),
                ("allocate", "allocated"), ("deallocate", "deallocated"), ("commit", "shipped"),
                ("return", "returned"), ("write_off", "written off"),
            ],
            max_length=10,
        )),
    ]
