import apps.common.clock
import apps.common.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('search', '0002_full_text')]

    operations = [
        migrations.CreateModel(
            name='BuiltCopy',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('backend', models.CharField(max_length=20, unique=True)),
                ('built_at', models.DateTimeField(default=apps.common.clock.now, editable=False)),
            ],
            options={
                'verbose_name_plural': 'built copies',
            },
        ),
    ]
