import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('carts', '0006_reminders'),
    ]

    operations = [
        migrations.AddField(
            model_name='cartsettings',
            name='most_reminders',
            field=models.PositiveSmallIntegerField(default=1, help_text='At most so many, and at most so many to one address in a week.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3)], verbose_name='reminders of a cart'),
        ),
        migrations.AddField(
            model_name='cartsettings',
            name='remind_after_hours',
            field=models.PositiveSmallIntegerField(default=24, help_text='After the last change of the cart.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(720)], verbose_name='hours until the first reminder'),
        ),
        migrations.AddField(
            model_name='cartsettings',
            name='remind_again_hours',
            field=models.PositiveSmallIntegerField(default=72, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(720)], verbose_name='hours between reminders'),
        ),
        migrations.AddField(
            model_name='cartsettings',
            name='reminds',
            field=models.BooleanField(default=False, help_text='Mails about a cart that was left, to buyers who have asked for them at checkout or in their account.', verbose_name='send reminders'),
        ),
    ]
