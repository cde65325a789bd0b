from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pricing', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='taxsettings',
            name='rounding_mode',
            field=models.CharField(choices=[('half_up', 'Half up: 0.5 is 1, 1.5 is 2, 2.5 is 3'), ('half_even', 'Half to even: 0.5 is 0, 1.5 is 2, 2.5 is 2')], db_default='half_up', default='half_up', max_length=10, verbose_name='halves'),
        ),
        migrations.AddField(
            model_name='taxsettings',
            name='rounding_unit',
            field=models.CharField(choices=[('line', 'On each line'), ('rate', 'Once for each rate'), ('total', 'Once for the whole order')], db_default='rate', default='rate', help_text='For new orders. An order that was placed keeps its amounts.', max_length=8, verbose_name='taxes are rounded'),
        ),
    ]
