import apps.common.ids
import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('carts', '0004_kept_lines'),
    ]

    operations = [
        migrations.CreateModel(
            name='CartSettings',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(default='store', editable=False, max_length=8, unique=True)),
                ('merge_rule', models.CharField(choices=[('add', 'Add the quantities'), ('larger', 'Keep the larger quantity'), ('save', "Keep the customer's cart, save the rest for later"), ('ask', 'Ask the buyer')], default='add', help_text="What happens to what a buyer put into the cart before the login, where the customer's cart is not empty. The cart tells the buyer about each line.", max_length=8, verbose_name='at login')),
                ('guest_days', models.PositiveSmallIntegerField(default=30, help_text='After its last change. Then it is deleted, with what is saved for later.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)], verbose_name="days that a guest's cart is kept")),
                ('customer_days', models.PositiveSmallIntegerField(default=30, help_text='After its last change. Then it is deleted, with what is saved for later.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)], verbose_name="days that a customer's cart is kept")),
            ],
            options={
                'verbose_name': 'cart settings',
                'verbose_name_plural': 'cart settings',
            },
        ),
    ]
