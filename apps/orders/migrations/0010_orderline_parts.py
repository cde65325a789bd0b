from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0009_line_awaited'),
    ]

    operations = [
        migrations.AddField(
            model_name='orderline',
            name='parts',
            field=models.JSONField(blank=True, help_text='Of a bundle: the variants that one of it is made of, and how many of each.', null=True),
        ),
    ]

