from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pricing', '0003_taxsettings_without_tax'),
    ]

    operations = [
        migrations.AddField(
            model_name='taxsettings',
            name='seller_kind',
            field=models.CharField(choices=[('regular', 'Regular: tax is charged and shown'), ('composition', 'Composition: no tax is charged, bills of supply'), ('none', 'Unregistered: no GSTIN, no tax')], db_default='regular', default='regular', help_text='For sellers in India.', max_length=12, verbose_name='registration'),
        ),
    ]
