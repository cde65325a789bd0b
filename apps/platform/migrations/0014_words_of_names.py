import django.core.validators
from django.db import migrations, models

import apps.platform.names


class Migration(migrations.Migration):

    dependencies = [
        ('platform', '0013_store_home_region'),
    ]

    operations = [
        migrations.AlterField(
            model_name='domain',
            name='domain',
            field=models.CharField(max_length=253, unique=True, validators=[django.core.validators.RegexValidator(apps.platform.names.HOST_PATTERN, apps.platform.names.HOST_SENTENCE)], verbose_name='host'),
        ),
        migrations.AlterField(
            model_name='store',
            name='slug',
            field=models.CharField(help_text="Lower-case letters, digits and single hyphens; part of the store's address.", max_length=40, unique=True, validators=[django.core.validators.RegexValidator(apps.platform.names.SLUG_PATTERN, apps.platform.names.SLUG_SENTENCE), django.core.validators.MaxLengthValidator(40), apps.platform.names.require_free_word], verbose_name='short name'),
        ),
    ]
