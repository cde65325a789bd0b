import apps.common.clock
import apps.common.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(help_text='The program that has the key.', max_length=80, verbose_name='name')),
                ('prefix', models.CharField(max_length=24, verbose_name='begins with')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('previous_digest', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('previous_until', models.DateTimeField(null=True)),
                ('scopes', models.JSONField(default=list, verbose_name='scopes')),
                ('requests_per_minute', models.PositiveIntegerField(blank=True, help_text='Empty: the usual limit of keys.', null=True, verbose_name='requests in a minute')),
                ('expires_at', models.DateTimeField(blank=True, help_text='Empty: until it is revoked.', null=True, verbose_name='valid until')),
                ('revoked_at', models.DateTimeField(null=True, verbose_name='revoked')),
                ('last_used_at', models.DateTimeField(editable=False, null=True, verbose_name='last used')),
                ('created_by', models.CharField(editable=False, max_length=200)),
                ('created_at', models.DateTimeField(default=apps.common.clock.now, editable=False)),
            ],
            options={
                'verbose_name': 'API key',
                'verbose_name_plural': 'API keys',
                'ordering': ('-created_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('event_id', models.CharField(max_length=40)),
                ('topic', models.CharField(max_length=60, verbose_name='topic')),
                ('resource_id', models.CharField(blank=True, default='', max_length=64)),
                ('version', models.PositiveBigIntegerField(default=0)),
                ('body', models.TextField()),
                ('state', models.CharField(choices=[('pending', 'waiting'), ('delivered', 'delivered'), ('failed', 'given up'), ('dropped', 'not sent')], default='pending', max_length=10, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('due_at', models.DateTimeField(default=apps.common.clock.now)),
                ('last_status', models.PositiveSmallIntegerField(null=True)),
                ('last_error', models.CharField(blank=True, default='', max_length=200)),
                ('created_at', models.DateTimeField(default=apps.common.clock.now)),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'webhook delivery',
                'verbose_name_plural': 'webhook deliveries',
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='WebhookEndpoint',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('url', models.URLField(max_length=500, verbose_name='address')),
                ('description', models.CharField(blank=True, default='', max_length=120, verbose_name='what for')),
                ('topics', models.JSONField(default=list, verbose_name='topics')),
                ('state', models.CharField(choices=[('active', 'active'), ('paused', 'paused'), ('switched_off', 'switched off after failures')], default='active', max_length=12)),
                ('state_reason', models.CharField(blank=True, default='', max_length=200)),
                ('secret_generation', models.PositiveIntegerField(default=1)),
                ('previous_secret_until', models.DateTimeField(null=True)),
                ('failing_since', models.DateTimeField(editable=False, null=True)),
                ('lease_until', models.DateTimeField(editable=False, null=True)),
                ('created_by', models.CharField(editable=False, max_length=200)),
                ('made_by_key', models.UUIDField(editable=False, null=True)),
                ('created_at', models.DateTimeField(default=apps.common.clock.now, editable=False)),
            ],
            options={
                'verbose_name': 'webhook endpoint',
                'verbose_name_plural': 'webhook endpoints',
                'ordering': ('-created_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='WebhookAttempt',
            fields=[
                ('id', models.UUIDField(default=apps.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('answer', models.TextField(blank=True, default='')),
                ('error', models.CharField(blank=True, default='', max_length=200)),
                ('milliseconds', models.PositiveIntegerField(default=0)),
                ('at', models.DateTimeField(default=apps.common.clock.now)),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tries', to='partners.webhookdelivery')),
            ],
            options={
                'ordering': ('-id',),
            },
        ),
        migrations.AddField(
            model_name='webhookdelivery',
            name='endpoint',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='partners.webhookendpoint'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(fields=['state', 'due_at'], name='webhook_delivery_due'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(fields=['created_at'], name='webhook_delivery_created'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.UniqueConstraint(fields=('endpoint', 'event_id'), name='webhook_delivery_once'),
        ),
    ]
