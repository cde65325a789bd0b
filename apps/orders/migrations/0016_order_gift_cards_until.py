from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0015_key_actors'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='gift_cards_until',
            field=models.DateField(blank=True, help_text='The day on which the last gift card of it is sent; empty: none waits.', null=True),
        ),
    ]
