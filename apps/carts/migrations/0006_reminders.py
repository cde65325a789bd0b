from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('carts', '0005_cart_settings'),
    ]

    operations = [
        migrations.AddField(
            model_name='cart',
            name='contact',
            field=models.CharField(blank=True, default='', max_length=254),
        ),
        migrations.AddField(
            model_name='cart',
            name='remind_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='cart',
            name='reminded',
            field=models.IntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name='cart',
            index=models.Index(fields=['store', 'remind_at'], name='cart_reminders'),
        ),
    ]
