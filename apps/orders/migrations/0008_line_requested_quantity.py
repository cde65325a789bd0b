import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0007_exempt_orders")]

    operations = [
        migrations.AddField(
            model_name="orderline",
            name="requested_quantity",
            field=models.PositiveIntegerField(db_default=0, default=0, help_text="Pieces in return requests that are not finished."),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(fulfilled_quantity__gte=django.db.models.expressions.CombinedExpression(models.F("returned_quantity"), "+", models.F("requested_quantity"))),
                name="order_line_requested",
            ),
        ),
    ]
