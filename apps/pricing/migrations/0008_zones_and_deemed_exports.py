from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pricing', '0007_shipping_zones_and_profiles'),
    ]

    operations = [
        migrations.AddField(
            model_name='taxsettings',
            name='deemed_buyers',
            field=models.JSONField(blank=True, default=list, help_text='GSTINs (India), one in each line. Tax is due as usual; documents and returns name the deemed export.', null=True, verbose_name='buyers of deemed exports'),
        ),
        migrations.AddField(
            model_name='taxsettings',
            name='zone_buyers',
            field=models.JSONField(blank=True, default=list, help_text='GSTINs of units and developers (India), one in each line.', null=True, verbose_name='buyers in special economic zones'),
        ),
        migrations.AddField(
            model_name='taxsettings',
            name='zones_bear_tax',
            field=models.BooleanField(db_default=False, default=False, help_text='Otherwise none: under bond or letter of undertaking.', verbose_name='sales to them bear integrated tax'),
        ),
    ]
