import apps.common.clock
import apps.common.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.tenancy.row_security import hide_rows


class Migration(migrations.Migration):

    dependencies = [
        ('pricing', '0004_taxsettings_seller_kind'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ExemptionCertificate',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=60)),
                ('country', models.CharField(blank=True, default='', help_text='Empty: everywhere.', max_length=2)),
                ('region', models.CharField(blank=True, default='', help_text='Empty: the whole country.', max_length=60)),
                ('valid_until', models.DateField(blank=True, help_text='Its last day. Empty: without end.', null=True)),
                ('path', models.CharField(blank=True, default='', editable=False, max_length=120)),
                ('file_name', models.CharField(blank=True, default='', editable=False, max_length=120)),
                ('created_at', models.DateTimeField(default=apps.common.clock.now, editable=False)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-created_at', '-id'),
            },
        ),
        hide_rows('pricing_exemptioncertificate'),
    ]
