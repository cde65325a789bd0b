import apps.common.clock
import apps.tenancy.documents.fields
import apps.tenancy.documents.models
import django_mongodb_backend.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('search', '0003_built_copy')]

    operations = [
        migrations.CreateModel(
            name='SearchDocument',
            fields=[
                ('id', django_mongodb_backend.fields.ObjectIdAutoField(primary_key=True, serialize=False)),
                ('store', apps.tenancy.documents.fields.StoreKeyField()),
                ('ref', models.CharField(max_length=24)),
                ('version', models.IntegerField()),
                ('status', models.CharField(max_length=10)),
                ('title', models.CharField(max_length=200)),
                ('slug', models.CharField(max_length=240)),
                ('position', models.IntegerField()),
                ('title_key', models.CharField(max_length=200)),
                ('prices', models.JSONField(default=dict)),
                ('is_available', models.BooleanField(default=True)),
                ('labels', django_mongodb_backend.fields.ArrayField(models.CharField(max_length=200), default=list)),
                ('terms', django_mongodb_backend.fields.ArrayField(models.CharField(max_length=80), default=list)),
                ('text', models.TextField(default='')),
            ],
            options={
                'db_table': 'search_documents',
                'indexes': [models.Index(fields=['store', 'ref', 'version'], name='search_document_version')],
                'constraints': [models.UniqueConstraint(fields=('store', 'ref'), name='search_document_ref')],
            },
            bases=(apps.tenancy.documents.models.DocumentHome, models.Model),
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('id', django_mongodb_backend.fields.ObjectIdAutoField(primary_key=True, serialize=False)),
                ('store', apps.tenancy.documents.fields.StoreKeyField()),
                ('word', models.CharField(max_length=60)),
                ('added_at', models.DateTimeField(default=apps.common.clock.now, editable=False)),
            ],
            options={
                'db_table': 'search_words',
                'constraints': [models.UniqueConstraint(fields=('store', 'word'), name='search_word_word')],
            },
            bases=(apps.tenancy.documents.models.DocumentHome, models.Model),
        ),
    ]
